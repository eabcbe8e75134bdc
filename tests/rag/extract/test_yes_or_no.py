"""Yes and no in front of the sentence that shows it, where that is clear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, strategies as st

from index import AnswerSpan, Article, Hit, Library, Reading, embedded_text
from index.identify import make_article
from rag import Answer, ask
from rag.english.gate import Bearing
from rag.extract.candidates import Candidate, list_candidates, write_text
from rag.extract.yes_or_no import Evidence, decide, read_evidence
from rag.question.record import QuestionPart
from rag.settings import Settings
from tests.rag.material import ACCORD, DEPARTURE, assert_exact, make_hit, parse
from ui.presentation import present

ENDED = "Did Niger end its military accord?"
ODDS = st.floats(-10, 10)
EVIDENCE = st.builds(Evidence, ODDS, ODDS, st.builds(Bearing, st.booleans(), st.floats(0, 1)))


class ClaimReader:
    """Finds that texts say claims with these log-odds, the denied ones with those."""

    name = sha256 = "double/claims"

    def __init__(self, said: float = 3.0, unsaid: float = -3.0) -> None:
        self.said = said
        self.unsaid = unsaid
        self.read_so_far: list[str] = []

    def read(self, question: str, texts: Sequence[str]) -> list[Reading]:
        self.read_so_far += [question] * len(texts)
        return [Reading((), self.unsaid if " not " in question else self.said) for _ in texts]


def find(question: str, *articles: Article, log_odds: float = 1.0) -> tuple[QuestionPart, list[Candidate]]:
    """The question, and each article's first sentence as a candidate."""
    part = parse(question).parts[0]
    hits = [make_hit(article, rank) for rank, article in enumerate(articles, start=1)]
    readings = [Reading((AnswerSpan(at := _heading(h), at + 5, 0.9),), log_odds - h.rank / 10) for h in hits]
    return part, list_candidates(part, hits, [write_text(hit, part.days) for hit in hits], readings, {})


def _heading(hit: Hit) -> int:
    return len(embedded_text(hit.article, ""))


@given(EVIDENCE)
def test_a_yes_has_no_denial_and_a_no_has_one(evidence: Evidence) -> None:
    said = decide(evidence)
    if said == "Yes":
        assert not evidence.sentence.denies
        assert evidence.said > max(-1e-9, evidence.unsaid)
    if said == "No":
        assert evidence.sentence.denies
    if said:
        assert evidence.sentence.shared >= 0.5


@given(EVIDENCE, st.floats(0, 5))
def test_more_evidence_takes_no_yes_back(evidence: Evidence, more: float) -> None:
    if decide(evidence) == "Yes":
        assert decide(evidence._replace(said=evidence.said + more, unsaid=evidence.unsaid - more)) == "Yes"


def test_without_evidence_nothing_is_said() -> None:
    assert decide(None) == ""


def test_claim_and_denial_are_read_once_each_on_the_best_passage() -> None:
    reader = ClaimReader()
    evidence = read_evidence(reader, *find(ENDED, ACCORD, DEPARTURE))
    assert reader.read_so_far == ["Niger did end its military accord.", "Niger did not end its military accord."]
    assert evidence is not None
    assert (evidence.said, evidence.unsaid, evidence.sentence.denies) == (3.0, -3.0, False)
    assert decide(evidence) == "Yes"
    assert decide(read_evidence(ClaimReader(-3.0, 3.0), *find(ENDED, ACCORD))) == ""


@pytest.mark.parametrize(
    "question",
    [
        "Why did Niger end its military accord?",
        "Did Mali end its military accord?",  # the passage has no Mali
        "Did Niger end its military accord in 2019?",
        "Hat Niger das Abkommen mit den Amerikanern beendet, und ist es wahr?",
    ],
)
def test_nothing_is_read_for_other_questions_or_where_something_is_missing(question: str) -> None:
    reader = ClaimReader()
    assert read_evidence(reader, *find(question, ACCORD)) is None
    assert reader.read_so_far == []


def test_articles_in_other_languages_get_nothing() -> None:
    assert read_evidence(ClaimReader(), *find(ENDED, replace(ACCORD, language="fr"))) is None


def test_how_things_stand_is_not_taken_from_an_article_that_is_not_the_newest() -> None:
    then = make_article("American soldiers are in Niger.", id="then", title="Niger", published=date(2024, 3, 17))
    now = make_article("The soldiers are gone.", id="now", title="Niger", published=date(2024, 9, 17))
    asked = "Are American soldiers in Niger?"
    assert decide(read_evidence(ClaimReader(), *find(asked, then))) == "Yes"
    assert read_evidence(ClaimReader(), *find(asked, then, now)) is None
    assert read_evidence(ClaimReader(), *find(asked, replace(then, published=None), now)) is None
    assert decide(read_evidence(ClaimReader(), *find(asked, then, now, log_odds=-1.0))) == "Yes", (
        "it says nothing on it"
    )
    assert decide(read_evidence(ClaimReader(), *find("Were American soldiers in Niger?", then, now))) == "Yes"


def answer(library: Library, question: str) -> Answer:
    return ask(library, question, settings=Settings(min_confidence=0.0))


@pytest.mark.parametrize(
    ("question", "said", "shown"),
    [
        ("Did Niger revoke the deal?", "Yes", "revoke its military cooperation deal"),
        ("Did French troops leave Niger in 2023?", "Yes", "The last French soldiers stationed in Niger left"),
        ("Was Niger's delegation led by Salifou Mody?", "Yes", "Niger's delegation was led by"),
        ("Has FitzGibbon presented her credentials to the officers?", "No", "has not presented her credentials"),
        ("Are there American combat units left in Niger?", "No", "No American combat or drone units are left"),
    ],
)
def test_a_clear_yes_or_no_stands_before_the_sentence(
    seeds_library: Library, question: str, said: str, shown: str
) -> None:
    found = answer(seeds_library, question)
    first = found.sentences[0]
    assert first.text.startswith(f"[{said}.] ")
    assert shown in first.text
    assert found.answer is None
    assert_exact(found.citations)
    (marker,) = first.citations
    citation = found.citation(marker)
    assert citation is not None
    assert any(first.text.startswith(f"[{said}.] {quoted[:20]}") for quoted in citation.quoted())
    assert not any(s.text.startswith("[") for s in found.sentences[1:])
    assert all(sentence.answer is None for sentence in present(found).sentences)
    assert present(found).sentences[0].text.startswith(f"[{said}.] ")


@pytest.mark.parametrize(
    "question",
    [
        "Was the 2012 accord imposed on Niger?",  # he argued so
        "Did Bazoum lock the officers inside his residence?",  # the other way round
        "Did Kurt Campbell meet the president of Niger?",  # the prime minister
        "Did Niger have a secret deal to give Iran access to uranium?",
        "Will jihadist groups take over the Sahel?",
        "Why did Niger revoke the deal?",
    ],
)
def test_what_is_not_clear_stays_as_it_was(seeds_library: Library, question: str) -> None:
    assert not any(s.text.startswith(("[Yes", "[No")) for s in answer(seeds_library, question).sentences)


def test_a_refusal_says_neither(seeds_library: Library) -> None:
    refused = ask(seeds_library, "Did Niger revoke the deal?", settings=Settings(min_confidence=1.1))
    assert refused.refused
    assert "Yes" not in refused.text()
