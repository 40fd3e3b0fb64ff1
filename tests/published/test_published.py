"""Every published figure, through the public function of its model."""

from __future__ import annotations

import chain_models
import equipment_models
import inventory_models
import line_models
import pytest
import reliability_models
from awaited_models import AWAITED
from published_records import BUNDLED, answer_of, disagreements, records_of

TABLES = (inventory_models.MODELS, equipment_models.MODELS, line_models.MODELS, reliability_models.MODELS, chain_models.MODELS)
MODELS = {model: adapter for table in TABLES for model, adapter in table.items()}
WAITING = [record for path in BUNDLED for record in records_of(path) if record.model in AWAITED]


def pytest_generate_tests(metafunc):
    """One test a record, under the record's own id; of the bundled records those whose model is there."""
    if "record" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--reference", default=None)
        try:
            records = [record for path in chosen or BUNDLED for record in records_of(path)]
        except ValueError as error:
            raise pytest.UsageError(str(error)) from error
        records = records if chosen else [record for record in records if record.model not in AWAITED]
        metafunc.parametrize("record", records, ids=[record.id for record in records])


@pytest.fixture
def adapter(record):
    if record.model not in MODELS:
        later = f"; it comes with {AWAITED[record.model]}" if record.model in AWAITED else ""
        raise LookupError(f"no function answers model {record.model!r}{later}; known are {', '.join(sorted(MODELS))}")
    return MODELS[record.model]


def test_published(record, adapter):
    found = disagreements(record, answer_of(record, adapter))
    assert not found, f"{record.model}, {dict(record.inputs)}:\n" + "\n".join(found)


def test_every_bundled_record_is_answered():
    assert not WAITING


def test_no_model_that_is_there_is_awaited():
    assert not MODELS.keys() & AWAITED.keys()


def test_awaited_models_are_those_of_bundled_records():
    assert {record.model for record in WAITING} == AWAITED.keys()


def test_no_model_has_two_rows():
    assert len(MODELS) == sum(len(table) for table in TABLES)
