"""Groups to learn from: a question or a claim, and passages of which at most some answer it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import NamedTuple

from evals.fit.alter import CHANGES, say_otherwise
from evals.fit.reader.alter_question import alter_question
from evals.fit.reader.cloze import make_cloze
from evals.fit.reader.questions import NEWS, Asked
from index import Article, Hit, Library, Reader, Span, embedded_text, split_passages, split_sentences

_PASSAGE_WORDS = 60
_FOUND = 12  # passages that are looked at for each question
_FIRST = 0.7  # of the passages that answer are those found first
_LEFT_OUT = 0.6  # of them come once more without the sentences that answer
_ALTERED = 0.35  # of the answered questions are asked once more with one thing changed
_SENTENCE_WORDS = (8, 40)
_CLOZE = 0.6  # of sentences are asked about, the others claimed
_DECEIVED = 8  # passages that a reader which learns further is tried on, for each question
_CHANGED = 0.6


class Text(NamedTuple):
    """What the reader reads: `spans` are those that answer, in characters; `answers` is 1, 0, or -1 where unknown.

    `rank` is the cross-encoder's logit, where it is known.
    """

    text: str
    answers: int
    spans: tuple[tuple[int, int], ...] = ()
    rank: float | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """`whole` says that a span is a whole sentence, somewhere in which the words that answer stand."""

    id: str
    source: str
    question: str
    texts: tuple[Text, ...]
    whole: bool
    held: bool


def make_question_groups(
    library: Library, asked: Sequence[Asked], *, rerank: bool, size: int, times: int = 1, reader: Reader | None = None
) -> Iterator[Group]:
    """For each question what the library's search finds, `size` texts a group, with the passages that answer marked.

    Besides: the passage that answers, without the sentence that does; the question with one thing changed. Each is
    asked `times` times, with other passages. With `reader`, passages that it takes for answers and that are none come
    first, and each question is asked once more of them alone.
    """
    for n, one in enumerate(asked):
        hits = library.search(one.question, limit=_FOUND, rerank=rerank)
        hits = [*hits, *_list_relevant(library, one, {hit.passage.id for hit in hits})]
        texts = [_mark(hit, one) for hit in hits]
        if one.answers and not any(t.answers == 1 for t in texts):
            continue
        own = [t for t, hit in zip(texts, hits, strict=True) if hit.article.id in one.relevant]
        if reader:
            texts = put_deceptive_first(reader, one.question, texts)
        others = (asked[n - 1].question, asked[(n + 1) % len(asked)].question)
        for time in range(times):
            random = Random(f"{one.id}/{time}")  # noqa: S311 - chance that can be repeated, no secret
            yield from _group(one, texts, own, others, size, random)
        if reader and one.answers:
            yield from _ask_without(one, texts, size, times)


def _group(
    one: Asked, texts: Sequence[Text], own: Sequence[Text], others: Sequence[str], size: int, random: Random
) -> Iterator[Group]:
    right = [t for t in texts if t.answers == 1]
    wrong = [t for t in texts if t.answers == 0]
    if not right:
        near = _choose([t for t in wrong if t not in own], size - len(own[:2]), random)
        yield Group(one.id, one.source, one.question, (*own[:2], *near), one.whole, one.held)
        return
    chosen = right[0] if random.random() < _FIRST else random.choice(right)
    rest = leave_out(chosen) if random.random() < _LEFT_OUT else None
    near = _choose(wrong, size - 1 - bool(rest), random)
    yield Group(one.id, one.source, one.question, (chosen, *([rest] if rest else []), *near), one.whole, one.held)
    altered = alter_question(one.question, random, [*others, *(t.text for t in near), chosen.text])
    if altered and random.random() < _ALTERED:
        none = tuple(Text(t.text, 0) for t in (chosen, *near))
        yield Group(f"{one.id}-altered", f"{one.source}-altered", altered, none[: size - 1], one.whole, one.held)


def put_deceptive_first(reader: Reader, question: str, texts: Sequence[Text]) -> list[Text]:
    """The texts, those that don't answer and were found first in the order of how sure `reader` is that they do."""
    wrong = [t for t in texts if t.answers == 0]
    tried, rest = wrong[:_DECEIVED], wrong[_DECEIVED:]
    sure = {
        t: reading.log_odds for t, reading in zip(tried, reader.read(question, [t.text for t in tried]), strict=True)
    }
    return [*(t for t in texts if t.answers != 0), *sorted(tried, key=lambda t: -sure[t]), *rest]


def _ask_without(one: Asked, texts: Sequence[Text], size: int, times: int) -> Iterator[Group]:
    """Groups of which no text answers: what is left of one that does, and `size` others, in turn."""
    right = [t for t in texts if t.answers == 1]
    wrong = [t for t in texts if t.answers == 0]
    for time in range(times):
        rest = leave_out(right[time % len(right)])
        near = wrong[time * size : (time + 1) * size]
        if near:
            none = (*([rest] if rest else []), *near)[:size]
            yield Group(f"{one.id}-without{time}", f"{one.source}-without", one.question, none, one.whole, one.held)


def make_sentence_groups(
    articles: Sequence[Article], most: int, held: Set[str], library: Library | None = None, reader: Reader | None = None
) -> Iterator[Group]:
    """Groups made of the articles' sentences, `most` of an article: half ask for words of one, half claim what it says.

    A claim is put in other words. Both are made once more with one thing changed: that, no passage answers or says.
    With a `library` and a `reader`, the others are passages found there that the reader takes for answers.
    """
    for n, article in enumerate(articles):
        random = Random(article.id)  # noqa: S311 - as above
        passages = split_passages(article, _PASSAGE_WORDS)
        spots = [
            (p, s)
            for p in passages
            for s in split_sentences(p.text)
            if _SENTENCE_WORDS[0] <= len(p.text[s.start : s.end].split()) <= _SENTENCE_WORDS[1]
        ]
        for passage, span in random.sample(spots, min(most, len(spots))):
            sentence, heading = passage.text[span.start : span.end], embedded_text(article, "")
            cloze = make_cloze(sentence, random) if random.random() < _CLOZE else None
            words = Span(span.start + cloze.start, span.start + cloze.end) if cloze else span
            own = Text(heading + passage.text, 1, ((len(heading) + words.start, len(heading) + words.end),))
            near = [p for p in passages if 1 <= abs(p.ordinal - passage.ordinal) <= 3]
            asked = passage.text[words.start : words.end] if cloze else sentence
            wrong = [Text(heading + p.text, 0) for p in near if not find_words(asked).search(p.text)]
            rest = leave_out(own) if random.random() < 0.5 else None
            texts = [own, *([rest] if rest and cloze else []), *random.sample(wrong, min(2, len(wrong)))][:3]
            question = cloze.question if cloze else say_otherwise(sentence, random)
            if library and reader:
                wrong += _find_wrong(library, question, asked, passage.id)
                texts = [own, *put_deceptive_first(reader, question, wrong)[:3]]
            others = [*(p.text for p in passages), articles[n - 1].text]
            kind, changed = _change(question, random, others) if random.random() < _CHANGED else ("", None)
            name, source, whole = f"{article.id}-{span.start}", "cloze" if cloze else "claim", cloze is None
            yield Group(name, source, question, tuple(texts), whole, article.id in held)
            if reader and texts[1:]:
                none = (*([rest] if rest else []), *texts[1:])
                yield Group(f"{name}-without", f"{source}-without", question, none, whole, article.id in held)
            if changed:
                none = tuple(Text(t.text, 0) for t in texts if t is not rest)
                yield Group(f"{name}-{kind}", f"{source}-altered", changed, none[:2], whole, article.id in held)


def _find_wrong(library: Library, question: str, words: str, own: str) -> list[Text]:
    """Passages that the library's search finds for `question` and that lack `words`; `own` is where they come from."""
    hits = library.search(question, limit=_DECEIVED, rerank=False)
    found = find_words(words)
    texts = [embedded_text(hit.article, hit.passage.text) for hit in hits if hit.passage.id != own]
    return [Text(text, 0) for text in texts if not found.search(text)]


def _change(question: str, random: Random, others: Sequence[str]) -> tuple[str, str | None]:
    """What was changed, and the changed words."""
    kinds = [kind for kind in CHANGES if kind != "hedge"]
    random.shuffle(kinds)
    made = ((kind, CHANGES[kind](question, random, others)) for kind in kinds)
    return next(((kind, words) for kind, words in made if words and words != question), ("", None))


def write_groups(path: Path, groups: Iterable[Group]) -> None:
    """Write the groups, a line of JSON each."""
    with path.open("w", encoding="utf-8") as lines:
        lines.writelines(json.dumps(asdict(group), ensure_ascii=False) + "\n" for group in groups)


def read_groups(path: Path) -> list[Group]:
    """Read what `write_groups` wrote."""
    with path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [Group(**{**row, "texts": tuple(_to_text(*fields) for fields in row["texts"])}) for row in rows]


def _to_text(text: str, answers: int, spans: Sequence[Sequence[int]], rank: float | None) -> Text:
    return Text(text, answers, tuple((start, end) for start, end in spans), rank)


def _list_relevant(library: Library, one: Asked, known: set[str]) -> list[Hit]:
    """The passages of a question's own paragraph, where the search has not found them all."""
    if one.source == NEWS:
        return []
    found = []
    for article_id in one.relevant:
        article = library.get(article_id)
        found += [
            Hit(p, article, _FOUND + p.ordinal + 1, 0.0, {}) for p in library.passages(article) if p.id not in known
        ]
    return found


def _mark(hit: Hit, one: Asked) -> Text:
    """The passage as the reader sees it, and whether it answers; where its text doesn't, a headline may.

    Words of the answer in an article that was not asked about may answer or not: nobody knows.
    """
    text = embedded_text(hit.article, hit.passage.text)
    start = len(text) - len(hit.passage.text)
    words = [find_words(answer) for answer in one.answers]
    spans = tuple(dict.fromkeys(m.span() for found in words for m in found.finditer(text, start)))
    if not spans and one.source == NEWS:
        spans = tuple(dict.fromkeys(m.span() for found in words for m in found.finditer(text)))
    if not spans:
        return Text(text, 0)
    return Text(text, 1, spans) if hit.article.id in one.relevant else Text(text, -1)


def find_words(answer: str) -> re.Pattern[str]:
    """The answer as whole words, in whatever case and white space."""
    words = r"\s+".join(re.escape(word) for word in answer.strip("“”\"'. ").split())
    return re.compile(rf"(?<!\w){words}(?!\w)", re.IGNORECASE)


def leave_out(right: Text) -> Text | None:
    """The passage without the sentences that answer, or None where little is left."""
    heading, line, body = right.text.partition("\n")
    body = body if line else heading
    at = len(right.text) - len(body)
    left = [
        body[s.start : s.end]
        for s in split_sentences(body)
        if not any(start < at + s.end and at + s.start < end for start, end in right.spans)
    ]
    rest = " ".join(left)
    return Text(right.text[:at] + rest, 0) if len(rest.split()) >= 12 else None


def crop(text: Text, at: int) -> Text:
    """The heading, and of the body the sentence at character `at` with its neighbours; rag reads such windows too."""
    heading, line, _ = text.text.partition("\n")
    begin = len(heading) + len(line) if line else 0
    sentences = split_sentences(text.text[begin:])
    before = [n for n, sentence in enumerate(sentences) if begin + sentence.start <= at]
    if not before:
        return text
    start = begin + sentences[max(0, before[-1] - 1)].start
    end = begin + sentences[min(before[-1] + 1, len(sentences) - 1)].end
    spans = tuple((a - start + begin, b - start + begin) for a, b in text.spans if start <= a and b <= end)
    answers = text.answers if text.answers != 1 or spans else -1
    return Text(text.text[:begin] + text.text[start:end], answers, spans, text.rank)


def _choose(texts: Sequence[Text], most: int, random: Random) -> list[Text]:
    """Some of the texts, those that were found first more often."""
    left = list(texts)
    chosen: list[Text] = []
    while left and len(chosen) < most:
        chosen.append(left.pop(min(int(random.expovariate(0.4)), len(left) - 1)))
    return chosen
