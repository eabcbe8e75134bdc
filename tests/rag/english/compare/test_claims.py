"""What the rules find in a claim that turns, overstates, or gives to somebody else what its source says."""

from __future__ import annotations

import pytest

from rag.english.compare.certainty import overstates, says_done, understates
from rag.english.compare.claims import compare_claim
from rag.english.compare.speakers import compare_speakers
from rag.english.compare.wording import is_altered

SAID = [
    "Kofi Boateng, the transport minister, said that the ferries would stay closed until Friday.",
    "“They asked for thirty percent,” she (Helen Marchetti) said.",
]


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("The storm will reach the coast.", "The storm could reach the coast."),
        (
            "The plant is closing in May.",
            "The firm plans to close its plant in May and is considering closing another.",
        ),
        ("She died of the infection.", "She possibly died of the infection."),
    ],
)
def test_what_the_source_leaves_open_is_not_certain(claim: str, source: str) -> None:
    assert overstates(claim, [source]) or says_done(claim, [source])
    assert not overstates(source, [source])
    assert not says_done(source, [source])


def test_what_is_planned_is_not_done() -> None:
    source = "A delegation is to travel to Niamey within days."
    assert says_done("A delegation has travelled to Niamey.", [source])
    assert not says_done("A delegation is due to travel to Niamey.", [source])


def test_what_has_happened_is_more_than_possible() -> None:
    assert understates("The deal might be cancelled.", ["The deal was cancelled at once."])
    assert not understates("The deal might be cancelled.", ["The deal may be cancelled."])


@pytest.mark.parametrize(
    ("claim", "source", "altered"),
    [
        ("Officials did not find a crack in the western wall.", "Officials found a crack in the western wall.", False),
        ("The wall will not be built by the town next year.", "The wall will be built by the town next year.", True),
        ("The wall won’t be built by the town next year.", "The wall will not be built by the town next year.", False),
        ("The wall will be built by the town next year.", "The wall could be built by the town next year.", True),
        ("The wall that Novak paid for fell last year.", "The wall that Stanić paid for fell last year (2022).", True),
        (
            "The wall was built in the spring this year.",
            "The wall was built in the spring this year (2022).",
            False,
        ),
    ],
)
def test_one_word_turns_a_sentence(claim: str, source: str, altered: bool) -> None:
    assert bool(is_altered(claim, [source])) == altered


@pytest.mark.parametrize(
    ("claim", "near", "other"),
    [
        ("The transport minister said that the ferries would not run before Friday.", 0, 0.0),
        ("Boateng said that the ferries would not run before Friday.", 0, 0.0),
        ("Marchetti said that the ferries would not run before Friday.", 0, 1.0),
        ("According to Marchetti, the crews wanted 30 percent.", 1, 0.0),
        ("According to Boateng, the crews wanted 30 percent.", 1, 1.0),
    ],
)
def test_somebody_else_says_it(claim: str, near: int, other: float) -> None:
    assert compare_speakers(claim, SAID, frozenset([near]))[0] == other


def test_a_least_number_is_no_most() -> None:
    source = "At least 14 people were hurt, the hospital said."
    assert compare_claim("No more than 14 people were hurt.", [source], [0.9]).bounds
    assert not compare_claim("More than 14 people were hurt.", [source], [0.9]).bounds
    assert not compare_claim("14 people were hurt.", [source], [0.9]).bounds


def test_a_day_is_looked_for_beside_what_happened() -> None:
    texts = ["France suspended its aid on Saturday (29 July 2023).", "The officers met on Monday (31 July 2023)."]
    assert compare_claim("France suspended its aid on Monday.", texts, [0.9, 0.3]).distant_days
    assert not compare_claim("France suspended its aid on Saturday.", texts, [0.9, 0.3]).distant_days
