"""What the offline verifier finds in claims, and what every Verifier keeps to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import given, settings, strategies as st

from index.models.embedder import Embedder
from index.models.reader import Reader
from index.models.reranker import Reranker
from rag.english.compare.claims import compare_claim
from rag.english.compare.opposites import deny, swap_names
from rag.english.figures import find_figures, same_figure
from rag.english.names import find_names
from rag.provider.completion import complete
from rag.verify.llm_verifier import LLMVerifier
from rag.verify.offline_verifier import VERIFIER_FILE, OfflineVerifier, Verifier, split_texts
from rag.weights import Weights, read_weights, weigh_signals
from tests.doubles import HashingEmbedder, OverlapReranker, WordReader
from tests.rag.material import make_settings
from tests.rag.verify.test_checker import WordVerifier
from tests.scripted_llm import Reply, say, serve_script

SOURCE = (
    "Niger's junta revoked its military accord with the United States on Saturday, March 16, a spokesman, Col. Maj. "
    "Amadou Abdramane, said. Ms. Wallander said that the junta has not requested that about 1,000 U.S. troops leave. "
    "The withdrawal could cost $1.2 million."
)


@pytest.fixture(scope="module")
def offline(embedder: Embedder, reranker: Reranker, reader: Reader) -> OfflineVerifier:
    return OfflineVerifier(embedder, reranker, reader)


@pytest.fixture(params=[pytest.param("offline", marks=pytest.mark.models), "small", "double", "llm", "lost llm"])
def verifier(request: pytest.FixtureRequest) -> Iterator[Verifier]:
    """Each implementation in its turn."""
    if "llm" in request.param:
        with serve_script(
            say("Unsupported: it says more.") if request.param == "llm" else Reply(status=500, body=b"{}")
        ) as llm:
            given = replace(make_settings(llm), retries=0)
            yield LLMVerifier(given, partial(complete, timeout_seconds=10.0, key_file=""), WordVerifier())
    elif request.param == "offline":
        yield request.getfixturevalue("offline")
    else:
        yield (
            WordVerifier()
            if request.param == "double"
            else OfflineVerifier(HashingEmbedder(), OverlapReranker(), WordReader())
        )


@pytest.mark.parametrize("claim", ["It was so.", "尼日尔", "1" * 400, "(", "The the the"])
def test_a_verdict_is_a_share_and_says_why_it_is_no(verifier: Verifier, claim: str) -> None:
    verdict = verifier.verify(claim, [SOURCE])
    assert 0 <= verdict.support <= 1
    assert verdict.supported == (not verdict.reasons)
    assert verifier.verify(claim, [SOURCE]) == verdict
    assert verifier.name


def test_no_text_supports_nothing(offline: OfflineVerifier) -> None:
    for texts in ([], [""], [" \n"]):
        assert not offline.verify("Niger revoked the accord.", texts).supported


@pytest.mark.parametrize(
    "claim",
    [
        "Niger revoked its military accord with the United States on 16 March.",
        "Niger's junta revoked its accord with the US, the spokesman Amadou Abdramane said.",
        "Wallander said that the junta had not asked about a thousand American troops to leave.",
        "The withdrawal could cost 1,200,000 dollars.",
    ],
)
def test_what_is_true_in_other_words_is_supported(offline: OfflineVerifier, claim: str) -> None:
    verdict = offline.verify(claim, [SOURCE])
    assert verdict.supported, verdict


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ("Niger revoked its military accord with the United States on 18 March.", "“18 March”"),
        ("Niger revoked its military accord with the United States on Tuesday.", "“Tuesday”"),
        ("Chad's junta revoked its military accord with the United States on Saturday.", "“Chad”"),
        ("Wallander said that the junta has not requested that about 4,000 U.S. troops leave.", "4000"),
        ("Wallander said that the junta has requested that about 1,000 U.S. troops leave.", "denies it"),
        ("The withdrawal will cost $1.2 million.", "leaves open"),
        ("Tchiani said that the junta has not requested that about 1,000 U.S. troops leave.", "“Tchiani”"),
        ("A spokesman called the accord “an act of war”.", "“an act of war”"),
        ("Bread prices rose in Lagos.", "“Lagos”"),
    ],
)
def test_one_thing_changed_is_found_and_named(offline: OfflineVerifier, claim: str, reason: str) -> None:
    verdict = offline.verify(claim, [SOURCE])
    assert not verdict.supported, verdict
    assert any(reason in r.replace(",", "") or reason in r for r in verdict.reasons), verdict


@given(st.lists(st.sampled_from(split_texts([SOURCE])), min_size=1, unique=True))
def test_a_text_lacks_nothing_of_itself(sentences: list[str]) -> None:
    for claim in sentences:
        comparison = compare_claim(claim, sentences, [float(s == claim) for s in sentences])
        assert comparison.reasons == ()
        assert comparison.overlap == 1


@given(st.integers(2, 999_999))
def test_a_number_is_the_same_with_and_without_commas(value: int) -> None:
    (mine,), (theirs,) = find_figures(f"some {value:,} of them"), find_figures(f"{value} of them")
    assert same_figure(mine, theirs)
    assert same_figure(theirs, mine) or mine.rough


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("a thousand men", "1,000 men", True),
        ("two dozen men", "24 men", True),
        ("1.2 million", "1,200,000", True),
        ("$5bn", "5 billion dollars", True),
        ("12 percent", "12%", True),
        ("12 percent", "12 men", False),
        ("twelve men", "13 men", False),
        ("roughly a decade", "about ten years", True),
        ("two decades", "20 years", True),
        ("half a century", "50 years", True),
        ("a decade", "12 years", False),
        ("$5", "€5", False),
    ],
)
def test_figures_however_they_are_written(one: str, other: str, same: bool) -> None:
    (mine,), (theirs,) = find_figures(one), find_figures(other)
    assert same_figure(mine, theirs) == same


@pytest.mark.parametrize(
    ("claim", "opposite"),
    [
        ("He did not go.", "He did go."),
        ("They can't agree.", "They can agree."),
        ("No soldiers are left.", "some soldiers are left."),
        ("The base was closed.", "The base was not closed."),
        ("They left.", "It is not true that They left."),
    ],
)
def test_a_claim_is_denied(claim: str, opposite: str) -> None:
    assert deny(claim) == opposite


@given(st.lists(st.sampled_from(["Mody", "Phee", "Niamey", "Lloyd Austin"]), unique=True))
def test_a_claim_with_names_swapped_has_every_other_name_once(names: list[str]) -> None:
    sentences = [f"There came {name} too." for name in names]
    others = [name for name in names if name != "Mody"]
    assert swap_names("In May Mody led it.", sentences) == [f"In May {name} led it." for name in others]


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("Ambassador Phee came to Niamey.", ["Phee", "Niamey"]),
        ("Bazoum made it known.", ["Bazoum"]),
        ("Austin and Lt. Gen. Anderson took part.", ["Austin", "Anderson"]),
        ("Protesters came to Niamey.", ["Niamey"]),
        ("Rain fell.", []),
    ],
)
def test_names_that_open_a_sentence(sentence: str, names: list[str]) -> None:
    assert [name for name in find_names(sentence) if name != "Rain"] == names


@settings(max_examples=50)
@given(st.dictionaries(st.sampled_from(sorted(read_weights(VERIFIER_FILE).signals)), st.floats(-1e6, 1e6)))
def test_support_is_a_share_whatever_the_signals(signals: dict[str, float]) -> None:
    assert 0 <= weigh_signals(signals, read_weights(VERIFIER_FILE)) <= 1


def test_signals_without_weights_count_nothing() -> None:
    assert weigh_signals({"unknown": 5.0}, Weights(0.0, {}, 0.5)) == 0.5
