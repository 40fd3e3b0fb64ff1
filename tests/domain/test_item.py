from __future__ import annotations

import pytest

from justenough.domain.item import Decision, DemandKind, Form, Gate, LeadTimeBasis, StockoutBasis
from justenough.domain.schema import STOCKOUT_BASES


def test_the_words_of_a_decision_are_those_of_the_design():
    """design.md section 5: `JIT`, `lean`, `buffered`, `JIC`, `cannot_decide`; an item nobody wants any more is none of them."""
    assert Decision.labels() == ["JIT", "lean", "buffered", "JIC", "cannot_decide", "ended"]


def test_the_words_of_the_gate_are_those_of_the_design():
    assert Gate.labels() == ["passed", "not yet", "no evidence"]


def test_stockout_bases_are_coded_in_the_order_the_schema_names_them():
    assert [basis.label for basis in StockoutBasis][1:] == list(STOCKOUT_BASES)


@pytest.mark.parametrize("words", [DemandKind, Form, LeadTimeBasis, StockoutBasis, Decision, Gate])
def test_codes_count_from_zero_and_no_two_share_a_word(words):
    assert [member.value for member in words] == list(range(len(words)))
    assert len(set(words.labels())) == len(words)


def test_the_form_is_written_in_words():
    assert Form.NEGATIVE_BINOMIAL.label == "negative binomial"
