"""The alerts view says what did not get out, and why."""

from __future__ import annotations

from justenough.archive.alerts import Alert, Alerts
from justenough.archive.workspace import Workspace
from justenough.interfaces.views.alerts_view import alerts_view


class Shut:
    name = "mail"

    def send(self, told):
        raise OSError(f"no server for {told.subject}")


def test_what_did_not_arrive_is_shown(tmp_path):
    with Workspace.open(tmp_path / "w") as workspace:
        alerts = Alerts(workspace)
        alerts.tell([Alert("a", "gate", "X", "X: JIT: not yet")], ["mail"])
        alerts.deliver([Shut()])
        view = alerts_view(alerts, every=False)
        assert [(one.channel, one.fault, one.tries) for one in view.undelivered] == [("mail", "no server for X", 1)]
        assert [one.kind for one in view.alerts] == ["no longer just-in-time"]
