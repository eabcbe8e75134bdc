"""Checking an answer's sentences against what they cite, as they are finished."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from index import Hit
from rag.answerer import Draft
from rag.quotes import CitationBook
from rag.records import Sentence
from rag.verify.offline_verifier import Verification, Verifier, cite_text, split_texts

_Key = tuple[str, tuple[str, ...]]
_CITES_NOTHING = Verification(0.0, False, ("it cites nothing",))


class Checker:
    """Gives each finished sentence that nobody has judged its verdict; the verifier is made at the first one.

    With `remove`, sentences that are not supported are left out, and the draft says how many; with `at_end`, nothing
    is checked before the draft is finished: for a verifier that would keep the reply waiting. A gap cites nothing,
    rightly, and stays unchecked.
    """

    def __init__(self, make_verifier: Callable[[], Verifier], *, remove: bool = False, at_end: bool = False) -> None:
        self._make_verifier = make_verifier
        self._verifier: Verifier | None = None
        self._remove = remove
        self._at_end = at_end
        self._known: dict[_Key, Verification] = {}

    def check(self, draft: Draft, *, finished: bool) -> Draft:
        """Return the draft with its sentences judged; the last one only where the draft is `finished`.

        What a verifier cost is added to a finished draft.
        """
        if self._at_end and not finished:
            return draft
        open_ended = len(draft.sentences) - (0 if finished else 1)
        sentences = [self._judge(s, draft) if n < open_ended else s for n, s in enumerate(draft.sentences)]
        draft = replace(draft, sentences=tuple(sentences))
        draft = self._add_cost(draft) if finished else draft
        return _leave_out(draft, finished=finished) if self._remove else draft

    def _judge(self, sentence: Sentence, draft: Draft) -> Sentence:
        if sentence.verdict != "unchecked" or sentence.gap:
            return sentence
        cited = [c for c in draft.citations if c.marker in sentence.citations]
        if any(sentence.text in _list_sentences(c.hit) for c in cited):
            # No model need be asked about a sentence that stands there as it is.
            return replace(sentence, support=1.0, verdict="supported")
        texts = tuple(cite_text(c.hit.article, c.hit.passage) for c in cited)
        verdict = self._verify(sentence.text, texts) if texts else _CITES_NOTHING
        return replace(
            sentence,
            support=verdict.support,
            verdict="supported" if verdict.supported else "unsupported",
            reasons=verdict.reasons,
        )

    def _add_cost(self, draft: Draft) -> Draft:
        verdicts = self._known.values()
        if not any(v.prompt_tokens for v in verdicts):
            return draft
        return replace(
            draft,
            prompt_tokens=(draft.prompt_tokens or 0) + sum(v.prompt_tokens for v in verdicts),
            completion_tokens=(draft.completion_tokens or 0) + sum(v.completion_tokens for v in verdicts),
            cost_usd=(draft.cost_usd or 0.0) + sum(v.cost_usd for v in verdicts),
        )

    def _verify(self, claim: str, texts: tuple[str, ...]) -> Verification:
        key = (claim, texts)
        if key not in self._known:
            if self._verifier is None:
                self._verifier = self._make_verifier()
            self._known[key] = self._verifier.verify(claim, texts)
        return self._known[key]


def _list_sentences(hit: Hit) -> list[str]:
    """What stands in a passage, and in the title of its article, sentence by sentence; the whole title too."""
    title = [hit.article.title] if hit.article.title else []
    return [*title, *split_texts([*title, hit.passage.text])]


def _leave_out(draft: Draft, *, finished: bool) -> Draft:
    """The draft without what is not supported, and without citations that only that had.

    A finished draft of which nothing is left is a refusal.
    """
    kept = [s for s in draft.sentences if s.verdict != "unsupported"]
    gone = len(draft.sentences) - len(kept)
    if not gone:
        return draft
    if finished and not any(s.citations for s in kept):
        return replace(
            draft,
            answer=None,
            sentences=(),
            citations=(),
            refused=True,
            missing="what the model said is not in the passages that it cited",
        )
    book = CitationBook()
    by_marker = {c.marker: c for c in draft.citations}
    sentences = [
        replace(s, citations=tuple(book.cite(by_marker[m].hit, by_marker[m].quotes) for m in s.citations)) for s in kept
    ]
    answer = draft.answer
    if answer:
        said = any(answer.marker in s.citations and answer.text in s.text for s in kept)
        answer = replace(answer, marker=book.cite(by_marker[answer.marker].hit, ())) if said else None
    noun = "sentence was" if gone == 1 else "sentences were"
    warnings = (*draft.warnings, f"{gone} {noun} left out: the sources don't support them.") if finished else ()
    return replace(
        draft,
        answer=answer,
        sentences=tuple(sentences),
        citations=book.citations(),
        warnings=warnings or draft.warnings,
    )
