"""Questions that yes or no answers, the claims that they ask about, and what sentences say to these."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from index.identify import make_article
from rag.english.gate import read_claim, weigh_sentence

SUBJECTS = ("Niger", "the junta", "American troops", "the French ambassador", "the European Union", "Kurt Campbell")
DONE = {
    "did": ("revoke the deal", "leave Niger in 2023", "meet the prime minister", "resign"),
    "has": ("revoked the deal", "been handed over", "left Agadez"),
    "was": ("cancelled on Saturday", "still in Niamey", "a partner of France", "final"),
    "will": ("send drones to Ghana", "stay in Niger"),
}
FILLERS = {"still", "now", "already", "also"}


@given(st.sampled_from(SUBJECTS), st.sampled_from([(verb, p) for verb, said in DONE.items() for p in said]))
def test_the_verb_stands_behind_the_subject(subject: str, said: tuple[str, str]) -> None:
    verb, predicate = said
    claim = read_claim(f"{verb.capitalize()} {subject} {predicate}?")
    bare = " ".join(word for word in predicate.split() if word not in FILLERS)
    start = subject[0].upper() + subject[1:]
    assert claim is not None
    assert claim.said == f"{start} {verb} {bare}."
    assert claim.denied == f"{start} {verb} not {bare}."
    assert claim.now == (verb == "has")


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Has a replacement for the base in Agadez been announced?", "A replacement for the base in Agadez has been"),
        (
            "Did food aid for the population of Niger stop in October 2023?",
            "Food aid for the population of Niger did",
        ),
        ("Was a date for the departure set in April?", "A date for the departure was set in April."),
        ("Are American troops still in Niger?", "American troops are in Niger."),
        ("Is there a deadline for the withdrawal?", "There is a deadline for the withdrawal."),
        ("In March 2024, was the accord cancelled?", "In March 2024, the accord was cancelled."),
        ("According to Reuters, did Niger's junta end the accord?", "According to Reuters, Niger's junta did end the"),
        ("did niger revoke the deal", "Niger did revoke the deal."),
        ("Did a Russian transport aircraft land in the capital?", "A Russian transport aircraft did land in the cap"),
    ],
)
def test_a_question_is_turned_into_its_claim(question: str, said: str) -> None:
    claim = read_claim(question)
    assert claim is not None
    assert claim.said.startswith(said)


@pytest.mark.parametrize(
    "question",
    [
        "Why did Niger revoke the deal?",
        "Did Niger revoke the deal, and why?",
        "Did Niger say what it wants?",
        "Is there a deadline, and if so which?",
        "Is it Air Base 101 or Air Base 201?",
        "Did Niger or Mali sign the pact?",
        "Hasn't Niger revoked the deal?",
        "Did Niger not revoke the deal?",
        "Can you name the ambassador?",
        "Did he leave?",
        "Is it true that Niger revoked the deal?",
        "Did Niger?",
        "Is?",
        "Did Niger revoke the deal? Did Mali?",
        "The junta did revoke the deal.",
        "Niger deal",
        "Hat Niger das Abkommen mit den Amerikanern gekündigt, und ist es wahr?",
        "Niger a-t-il dénoncé l'accord avec les États-Unis ?",
        "",
    ],
)
def test_other_questions_have_no_claim(question: str) -> None:
    assert read_claim(question) is None


@given(st.text(max_size=40), st.sampled_from(["Did ", "is ", "Has ", "According to X, was ", ""]))
def test_any_text_has_a_claim_of_its_own_words_or_none(text: str, opening: str) -> None:
    question = f"{opening}{text}"
    claim = read_claim(question)
    if claim is not None:
        assert "?" not in claim.said
        assert set(claim.said.lower().strip(".").split()) <= set(question.lower().replace("?", " ").split()) | {"."}
        assert set(claim.said.split()) < set(claim.denied.split())


ARTICLE = make_article("The text.", id="a", language="en")
REVOKED = read_claim("Did Niger revoke the deal?")


@pytest.mark.parametrize(
    ("question", "sentence", "denies"),
    [
        ("Did Niger revoke the deal?", "Niger revoked its deal with Washington.", False),
        ("Did Niger revoke the deal?", "Niger did not revoke the deal.", True),
        ("Has the junta requested their departure?", "The junta has not requested their departure.", True),
        ("Are American units still in Niger?", "No American units are left in Niger.", True),
        ("Was Russia in Niger?", "On 2 May he confirmed that Russia was in Niger.", False),
    ],
)
def test_a_sentence_affirms_or_denies(question: str, sentence: str, denies: bool) -> None:
    claim = read_claim(question)
    assert claim is not None
    bearing = weigh_sentence(claim, ARTICLE, sentence)
    assert bearing is not None
    assert bearing.denies is denies
    assert 0 < bearing.shared <= 1


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Did Niger revoke the deal?", "Niger may revoke the deal."),
        ("Did Niger revoke the deal?", "Niger will revoke the deal."),
        ("Did Niger revoke the deal?", "If Niger revoked the deal, troops would leave."),
        ("Did Niger revoke the deal?", "The minister argued that Niger revoked the deal."),
        ("Did Niger revoke the deal?", "“Niger revoked the deal,” he said."),
        ("Did Niger revoke the deal?", "Did Niger revoke the deal?"),
        ("Did Niger revoke the deal?", "Niger revoked the deal and did not explain it."),
        ("Are American troops in Niger?", "American troops are no longer in Niger."),
        ("Did only Niger revoke the deal?", "Niger revoked the deal."),
        ("Did all the troops leave Niger?", "The troops left Niger."),
        ("Did Niger revoke the deal because of Russia?", "Niger revoked the deal with Russia."),
        ("Will Niger revoke the deal?", "Niger revoked the deal."),
        ("Did 900 troops leave Niger?", "Some 100 troops left Niger."),
        ("Did the troops leave on 5 August?", "The troops left on 7 July."),
        ("Is the deal fair?", "The deal is unfair."),
        ("Did Niger's army hand over the base to the Americans?", "The base was handed over to Niger's army."),
        ("Did Bazoum lock the officers inside?", "The officers locked Bazoum inside."),
        ("Were Russian soldiers at Air Base 101?", "The plan covers Air Base 101."),
        ("Has Bazoum resigned?", "He has not resigned."),
        ("Have American units left Niger?", "No American units are left in Niger."),
        ("Did Mody say that the deal ended?", "Campbell said that the deal ended."),
        (
            "Did Baran develop the concept of switching with the goal of selling it?",
            "Baran developed the concept of switching with the goal to provide a fault-tolerant network.",
        ),
    ],
)
def test_a_sentence_that_says_less_leaves_it_open(question: str, sentence: str) -> None:
    claim = read_claim(question)
    assert claim is not None
    assert weigh_sentence(claim, ARTICLE, sentence) is None


def test_a_sentence_of_another_language_says_nothing() -> None:
    french = make_article("Le texte.", id="f", language="fr")
    assert REVOKED is not None
    assert weigh_sentence(REVOKED, french, "Niger revoked the deal.") is None
    assert weigh_sentence(REVOKED, ARTICLE, "Niger revoked the deal.") is not None
