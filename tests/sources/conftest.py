"""A small canonical export to spoil, and what a planner reads then."""

from __future__ import annotations

import pytest

from justenough.domain.errors import ImportFailed
from justenough.sources.read import APART, import_from, read

GOOD = {
    "items": "item,unit_cost,lead_time_days\nA,2.5,7\nB,3,14\n",
    "demand": "item,date,quantity\nA,2026-01-01,3\nA,2026-01-02,4\nB,2026-01-01,1\n",
    "plant": 'currency = "EUR"\ndemand_period = "day"\n',
}


@pytest.fixture
def export(tmp_path):
    """Write a canonical export; call with the files to write differently, None to leave one out."""

    def write(**files):
        for name, text in (GOOD | files).items():
            if text is not None:
                path = tmp_path / f"{name}.{'toml' if name == 'plant' else 'csv'}"
                path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return tmp_path

    return write


@pytest.fixture
def refusal():
    """Text of the error of an import that must fail."""

    def text(folder, **options):
        with pytest.raises(ImportFailed) as caught:
            import_from(folder, **options)
        return str(caught.value)

    return text


@pytest.fixture
def only_complaint():
    """Text of the one complaint of an import that puts one row in quarantine."""

    def text(folder):
        imported = import_from(folder)
        assert sum(one.quarantined for one in imported.files) == 1
        assert all(one.rows_in == one.accepted + one.quarantined for one in imported.files)
        with pytest.raises(ImportFailed) as caught:
            read(folder)  # the strict door says the same
        head, _, rest = str(caught.value).partition("\n")
        assert head == "1 problem in 1 file; nothing was imported."
        assert rest.endswith(f"\n{APART}")
        return rest.removesuffix(f"\n{APART}")

    return text


@pytest.fixture
def notices():
    """Text of what an import accepts but mentions."""

    def text(folder):
        return "\n".join(map(str, import_from(folder).notices))

    return text
