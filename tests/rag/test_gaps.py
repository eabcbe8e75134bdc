"""What an answer leaves open."""

from __future__ import annotations

from rag.gaps import find_gaps, write_gap
from rag.records import Sentence


def test_a_gap_is_a_sentence_that_cites_nothing_beside_some_that_answer() -> None:
    gap, answer = write_gap("When did they leave?"), Sentence("They were 1,500.", (1,))
    assert gap.text == "The articles don't say: when did they leave?"
    assert find_gaps([answer, gap]) == (gap.text,)
    assert find_gaps([answer, Sentence("The passages do not mention when they left.")]) != ()
    assert find_gaps([gap]) == ()
    assert find_gaps([answer, Sentence("They left in May.")]) == ()
    assert find_gaps([]) == ()
