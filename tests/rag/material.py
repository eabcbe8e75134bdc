"""Articles whose every word the tests know, and short ways to have them answered from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any, cast

from index import Article, Hit, Library, Scope
from index.identify import make_article
from index.text.passages import split_passages
from rag.answerer import Draft
from rag.llm.llm_answerer import LLMAnswerer
from rag.question.record import ParsedQuestion
from rag.question.understand import understand
from rag.records import Citation, Turn
from rag.settings import Settings
from tests.scripted_llm import MODEL, Reply, Script, ScriptedLLM, serve_script

QUESTION = "Why did Niger end the accord?"
ACCORD = make_article(
    "Niger ended its military accord with the United States on Saturday. A spokesman called the accord unfair "
    "and imposed. He read the statement on television.",
    title="Niger ends accord",
    source="Sahel Daily",
    url="https://example.org/accord",
    published=date(2024, 3, 17),
)
DEPARTURE = make_article(
    "The last American soldiers left Niger on 15 September. Some 1,000 soldiers had served at two bases.",
    title="Last soldiers leave",
    source="Example Wire",
    url="https://example.org/departure",
    published=date(2024, 9, 17),
)
UNDATED = make_article(
    'Farmers near Agadez said the base brought work. "We will miss the market they were for us," one of them said.',
    title="A town and its base",
    url="https://example.org/town",
)


def make_hit(article: Article, rank: int = 1, words: int = 60) -> Hit:
    """The article's first passage as a hit."""
    return Hit(split_passages(article, words)[0], article, rank, 1.0 / rank, {"rerank": 5.0 - rank})


HITS = tuple(make_hit(article, rank) for rank, article in enumerate((ACCORD, DEPARTURE, UNDATED), start=1))


def parse(
    question: str = QUESTION,
    as_of: date | None = None,
    *,
    sources: Sequence[str] = (),
    languages: Sequence[str] = (),
    **given: Any,
) -> ParsedQuestion:
    """The question as it is understood of a library with these outlets and languages, and nothing else in it."""
    library = SimpleNamespace(
        sources=lambda: list(sources),
        languages=lambda: list(languages),
        scope=lambda _: Scope(0, 0, 0),
        correct_spelling=lambda *_: [],
    )
    return understand(cast(Library, library), question, as_of=as_of, **given)


def make_settings(llm: ScriptedLLM | None = None, model: str = MODEL, seconds: float = 10.0) -> Settings:
    """Settings that ask the scripted server."""
    return Settings(model=model, api_base=llm.url if llm else "", timeout_seconds=seconds)


def draft_with(
    script: Script,
    hits: Sequence[Hit] = HITS,
    history: Sequence[Turn] = (),
    as_of: date | None = None,
    model: str = MODEL,
) -> list[Draft]:
    """All drafts that LLMAnswerer makes of a scripted reply, one that cites nothing included."""
    with serve_script(script) as llm:
        answerer = LLMAnswerer(make_settings(llm, model), keep_uncited=True)
        return list(answerer.answer(parse(as_of=as_of), hits, history))


def finish_with(script: Script, hits: Sequence[Hit] = HITS) -> Draft:
    """The last of those drafts."""
    return draft_with(script, hits)[-1]


def prompt_for(
    hits: Sequence[Hit] = HITS, history: Sequence[Turn] = (), as_of: date | None = None
) -> tuple[list[dict[str, str]], str]:
    """The messages that the server was sent, and all of them as one text."""
    with serve_script(Reply(("Yes [1].",))) as llm:
        list(LLMAnswerer(make_settings(llm)).answer(parse(as_of=as_of), hits, history))
        return llm.requests[-1]["messages"], llm.prompt()


def assert_exact(citations: Sequence[Citation]) -> None:
    """Every quote is the article's own words, and stands within its passage, or in the article's title."""
    for citation in citations:
        passage, text, title = citation.hit.passage, citation.hit.article.text, citation.hit.article.title
        assert passage.text == text[passage.start : passage.end]
        assert citation.quotes
        for quote, words in zip(citation.quotes, citation.quoted(), strict=True):
            assert words
            if quote.field == "title":
                assert words == title[quote.start : quote.end]
                continue
            assert words == text[quote.start : quote.end]
            assert words in passage.text
            assert passage.start <= quote.start < quote.end <= passage.end
