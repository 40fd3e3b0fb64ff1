"""Nothing is claimed of the audit before it was worked out."""

from __future__ import annotations

from justenough.archive.errands import Found
from justenough.interfaces.views.audit_view import audit_view


def test_while_it_works_and_where_it_cannot():
    assert (audit_view(Found(working=True)).mistakes, audit_view(Found(working=True)).working) == ((), True)
    assert audit_view(Found(None, "No levels today.")).why == "No levels today."
