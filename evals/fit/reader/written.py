"""Questions written on the articles to learn from, half of them near misses that their article doesn't answer.

A language model wrote them, article by article (see README.md here). `questions.jsonl` holds them and where the words
that answer stand, and nothing of the articles; `snippets.jsonl` holds those articles that are ours.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from evals.fit.reader.groups import Group, Text, crop, find_words, leave_out, put_deceptive_first
from index import Article, Hit, Library, Reader, Span, embedded_text, make_article

_HERE = Path(__file__).parent
_FOUND = 24  # passages
_TRIED = 4  # of those found in its article, and of the others, that a reader is tried on
_OTHERS = 2  # of the others that come along
_OWN = 3  # passages of its article, where none answers
_LEFT_OUT = 0.5  # of those that answer come once more without the sentence that answers
_WITHOUT = 0.25  # of the answered questions are asked once more of passages that don't answer
_CROPPED = 0.3  # of the groups hold windows of their passages, as those that the confidence rests on


@dataclass(frozen=True, slots=True)
class Written:
    """A question on one article, or on some snippets.

    `words` are the characters of the first one's text that answer; None for a near miss, which none of them answers.
    """

    id: str
    source: str
    articles: tuple[str, ...]
    question: str
    words: Span | None


def read_written() -> list[Written]:
    """Read the questions, a line of JSON each."""
    with (_HERE / "questions.jsonl").open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [_to_written(row) for row in rows]


def read_snippets() -> list[Article]:
    """Read the made-up snippets of web pages, three on a topic, on which some of the questions are."""
    with (_HERE / "snippets.jsonl").open(encoding="utf-8") as lines:
        return [make_article(**json.loads(line)) for line in lines]


def make_written_groups(library: Library, asked: Sequence[Written], reader: Reader) -> Iterator[Group]:
    """For each question whose article is in `library`, a group; some that are answered once more without the answer.

    A near miss comes with passages of its own articles alone: what others say to it nobody looked up. The passages that
    `reader` takes for answers come first.
    """
    for one in asked:
        article = library.find(one.articles[0])
        if article is None:
            continue
        random = Random(one.id)  # noqa: S311 - chance that can be repeated, no secret
        hits = library.search(one.question, limit=_FOUND, rerank=False)
        own = [_mark(article, hit, one.words) for hit in hits if hit.article.id in one.articles]
        own_wrong = _choose_deceptive(reader, one.question, [text for text in own if text.answers == 0])
        if one.words is None:
            if own_wrong:
                yield _group(one, one.source, own_wrong[:_OWN], reader, random)
            continue
        right = _find_right(library, article, one.words)
        if right is None:
            continue
        others = _choose_deceptive(reader, one.question, _list_others(hits, one, article))[:_OTHERS]
        rest = leave_out(right)
        kept = [rest] if rest and random.random() < _LEFT_OUT else own_wrong[:1]
        yield _group(one, one.source, [right, *kept, *others], reader, random)
        none = [*([rest] if rest else []), *own_wrong[:1], *others][:_OWN]
        if none and random.random() < _WITHOUT:
            yield _group(one, f"{one.source}-without", none, reader, random)


def _group(one: Written, source: str, texts: Sequence[Text], reader: Reader, random: Random) -> Group:
    name = one.id + source.removeprefix(one.source)
    if random.random() < _CROPPED:
        texts = [_crop(reader, one.question, text) for text in texts]
    return Group(name, source, one.question, tuple(texts), whole=False, held=False)


def _crop(reader: Reader, question: str, text: Text) -> Text:
    """A window around the words that answer, or else around those that `reader` takes for the answer."""
    spans = text.spans or [(span.start, span.end) for span in reader.read(question, [text.text])[0].spans]
    return crop(text, spans[0][0]) if spans else text


def _choose_deceptive(reader: Reader, question: str, texts: Sequence[Text]) -> list[Text]:
    return put_deceptive_first(reader, question, texts[:_TRIED])


def _find_right(library: Library, article: Article, words: Span) -> Text | None:
    hits = (Hit(passage, article, 1, 0.0) for passage in library.passages(article))
    return next((text for text in (_mark(article, hit, words) for hit in hits) if text.answers == 1), None)


def _list_others(hits: Sequence[Hit], one: Written, article: Article) -> list[Text]:
    """What was found elsewhere that lacks the words that answer."""
    texts = [_mark(article, hit, one.words) for hit in hits if hit.article.id not in one.articles]
    return [text for text in texts if text.answers == 0]


def _mark(article: Article, hit: Hit, words: Span | None) -> Text:
    """The passage as the reader sees it; `words` of `article` answer.

    Where the same words stand elsewhere, nobody knows whether they do.
    """
    passage, text = hit.passage, embedded_text(hit.article, hit.passage.text)
    if words is None:
        return Text(text, 0)
    if passage.article_id == article.id and passage.start <= words.start and words.end <= passage.end:
        at = len(text) - len(passage.text) - passage.start
        return Text(text, 1, ((at + words.start, at + words.end),))
    says = find_words(article.text[words.start : words.end]).search(text)
    return Text(text, -1 if says else 0)


def _to_written(row: Mapping[str, Any]) -> Written:
    words = row["words"] and Span(*row["words"])
    return Written(row["id"], row["source"], tuple(row["articles"]), row["question"], words)
