"""Facts client: what a running server was sent and hears: exports on their way in, quarantine, machines, lines, alerts."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from justenough.interfaces.asking import Asking

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from justenough.archive.entries import ImportReceipt
    from justenough.interfaces.views.alerts_view import AlertsView
    from justenough.interfaces.views.imports_view import DraftView, ImportsView, QuarantineView
    from justenough.interfaces.views.lines_view import LinesView, LineView
    from justenough.interfaces.views.machines_view import MachinesView, MachineView


class FactsClient(Asking):
    """The part of `justenough.interfaces.client.Client` that brings facts in and asks for them."""

    def send_export(self, files: Sequence[str | Path], *, idempotency_key: str = "") -> str:
        """Send the files of an export; gives the token under which they wait."""
        sent = [("files", (Path(one).name, Path(one).read_bytes())) for one in files]
        headers = {"Idempotency-Key": idempotency_key or secrets.token_hex(8)}
        return str(self._fetch("POST", "/api/v1/imports", files=sent, headers=headers).json()["token"])

    def draft(self, token: str) -> DraftView:
        """A sent export: what is open, what checking found, whether it is still at it."""
        from justenough.interfaces.views.imports_view import DraftView

        return self._get(f"/imports/drafts/{token}.json", DraftView)

    def check_export(
        self,
        token: str,
        answers: Mapping[str, str] | None = None,
        *,
        profile: str = "",
        columns: Mapping[str, Mapping[str, str]] | None = None,
        source: str = "",
    ) -> None:
        """
        Begin to read a sent export; `draft` gives what was found.

        Parameters
        ----------
        answers
            To what `draft` says is open.
        profile
            One that comes with the package, in place of the drafted one.
        columns
            The export's own columns by canonical table and column, where they are others than were drafted.
        source
            What it is an export of.
        """
        of_tables = {table: dict(names) for table, names in (columns or {}).items()}
        told = {"profile": profile, "answers": dict(answers or {}), "columns": of_tables, "source": source}
        self._told("POST", f"/api/v1/imports/drafts/{token}/check", told, "")

    def keep_export(self, token: str, *, idempotency_key: str = "") -> ImportReceipt:
        """Keep a checked export."""
        from justenough.archive.entries import ImportReceipt

        return self._send("POST", f"/api/v1/imports/drafts/{token}/keep", ImportReceipt, {}, idempotency_key)

    def imports(self) -> ImportsView:
        """What was imported, the newest first."""
        from justenough.interfaces.views.imports_view import ImportsView

        return self._get("/imports.json", ImportsView)

    def quarantine(self, import_id: str = "latest", file: str = "") -> QuarantineView:
        """Rows of an import that could not be believed."""
        from justenough.interfaces.views.imports_view import QuarantineView

        return self._get(f"/imports/{quote(import_id, safe='')}/quarantine.json", QuarantineView, file=file)

    def quarantined(self, path: str | Path, import_id: str, file: str) -> Path:
        """Write all quarantined rows of one file of an import as CSV, to be mended and imported again."""
        return self._kept(Path(path), "GET", f"/imports/{quote(import_id, safe='')}/quarantine.csv", params={"file": file})

    def mend(self, import_id: str, rows: Iterable[tuple[str, int, Mapping[str, str]]], *, idempotency_key: str = "") -> ImportReceipt:
        """Take corrected rows of a quarantine in, each the file, the row and its corrected cells; those still wrong stay there."""
        from justenough.archive.entries import ImportReceipt

        told = [{"file": file, "row": row, "cells": dict(cells)} for file, row, cells in rows]
        return self._send("POST", f"/api/v1/imports/{quote(import_id, safe='')}/mendings", ImportReceipt, {"rows": told}, idempotency_key)

    def machines(self) -> MachinesView:
        """All machines: the shift that is on, OEE, losses, reliability with bounds."""
        from justenough.interfaces.views.machines_view import MachinesView

        return self._get("/machines.json", MachinesView)

    def machine(self, code: str) -> MachineView:
        """One machine."""
        from justenough.interfaces.views.machines_view import MachineView

        return self._get(f"/machines/{quote(code, safe='')}.json", MachineView)

    def lines(self) -> LinesView:
        """The lines whose stations are declared."""
        from justenough.interfaces.views.lines_view import LinesView

        return self._get("/lines.json", LinesView)

    def line(self, name: str) -> LineView:
        """One line and what its buffers hide; ``working`` while it is lived."""
        from justenough.interfaces.views.lines_view import LineView

        return self._get(f"/lines/{quote(name, safe='')}.json", LineView)

    def alerts(self, *, every: bool = False) -> AlertsView:
        """What somebody should know; ``every``: also what was put away."""
        from justenough.interfaces.views.alerts_view import AlertsView

        return self._get("/alerts.json", AlertsView, every=str(every).lower())

    def open_alerts(self) -> int:
        """How many alerts nobody put away yet."""
        return int(self._fetch("GET", "/alerts/open.json").json()["open"])

    def put_away(self, alerts: Iterable[int]) -> int:
        """Put alerts away by their number; gives how many were open."""
        return int(self._told("POST", "/api/v1/alerts/put-away", {"alerts": list(alerts)}, "").json()["put_away"])
