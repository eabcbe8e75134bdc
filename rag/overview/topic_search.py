"""What a library has on a topic: the articles that come into question, and whether a passage is on it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from index import Article, Filters, Hit, Library, Vectors, content_words, embedded_text

_PASSAGES = 150  # that are looked at
_ARTICLES = 60  # of these that are read, the likeliest first
_FIRST, _AT_ONCE = 3, 6  # few at first, so that there soon is something to show
# Logits of the cross-encoder for the topic and a passage: on the topic, not on it, and between these by cosine.
ON_TOPIC, OFF_TOPIC = 0.0, -6.0
_NEAR = 0.6  # cosine of the topic, and a title with a sentence
_LINKED = 4.0  # how much more often a name stands beside those of the topic than elsewhere
_NAME_SHARE = 0.8  # of the places of a word within sentences where a name has a capital
_WORD = re.compile(r"[^\W\d_]+")


class TopicSearch:
    """Finds the articles on a topic, and says whether sentences of them are on it.

    Raises UsageError for what is no topic.
    """

    def __init__(self, library: Library, topic: str, filters: Filters) -> None:
        self._library = library
        self._topic = topic
        self._found = library.search(topic, _PASSAGES, rerank=False, filters=filters)
        self._vector: Vectors = library.embedder.embed_query(topic)
        self._names = find_names(topic, [hit.passage.text for hit in self._found])

    def list_hits(self) -> list[Hit]:
        """All passages that were found of the articles that come into question, the likeliest first."""
        return [hit for articles in self.find_articles() for hits in articles for hit in hits]

    def find_articles(self) -> Iterator[list[list[Hit]]]:
        """Give the passages that were found, by article, a few articles at a time, the likeliest first.

        Articles without the topic's names come last, and only where they have other names that go with these.
        """
        by_article: dict[str, list[Hit]] = {}
        for hit in self._found:
            by_article.setdefault(hit.article.id, []).append(hit)
        named = {article_id: has_names(_write_out(hits[0]), self._names) for article_id, hits in by_article.items()}
        linked = _find_linked([(_write_out(hits[0]), named[article_id]) for article_id, hits in by_article.items()])
        others = (
            article_id
            for article_id, hits in by_article.items()
            if not named[article_id] and linked & _list_capitals(_write_out(hits[0]))
        )
        order = [*(article_id for article_id in by_article if named[article_id]), *others]
        likely = [by_article[article_id] for article_id in order[:_ARTICLES]]
        return (likely[start:end] for start, end in pairwise([0, *range(_FIRST, len(likely), _AT_ONCE), len(likely)]))

    def list_on_topic(self, most: int) -> list[Hit]:
        """Of the `most` likeliest passages those that are on the topic, the likeliest first."""
        hits = self._found[:most]
        scored = zip(hits, self.score(hits), strict=True)
        return [hit for hit, logit in scored if logit >= ON_TOPIC or (logit >= OFF_TOPIC and self._is_near(hit))]

    def _is_near(self, hit: Hit) -> bool:
        """True where a passage that may be on the topic has its names, or lies close to it."""
        text = hit.passage.text
        (vector,) = self._library.embedder.embed_passages([embedded_text(hit.article, text)])
        return self.is_on_topic(OFF_TOPIC, hit.article, text, vector)

    def score(self, hits: Sequence[Hit]) -> list[float]:
        """The cross-encoder's logit of each passage."""
        texts = [embedded_text(hit.article, hit.passage.text) for hit in hits]
        return [float(logit) for logit in self._library.reranker.score(self._topic, texts)] if texts else []

    def is_named(self, text: str) -> bool:
        """True where the topic has names, and the text has them."""
        return bool(self._names) and has_names(text, self._names)

    def is_on_topic(self, logit: float, article: Article, sentence: str, vector: Vectors) -> bool:
        """True by the logit of the passage; where that leaves it open, by the names in the sentence, or its vector."""
        if not OFF_TOPIC <= logit < ON_TOPIC:
            return logit >= ON_TOPIC
        whole = [word for name in self._names for word in name]
        named = bool(whole) and has_names(sentence, self._names) and has_names(article.text, [[w] for w in whole])
        return named or float(self._vector @ vector) >= _NEAR


def find_names(topic: str, texts: Sequence[str]) -> list[list[str]]:
    """The names in a topic, each as its words in small letters: what the texts write with a capital within sentences.

    So a topic needs no capitals of its own, in whatever language.
    """
    words = [match[0].lower() for match in _WORD.finditer(topic)]
    named = _find_capitals({word for word in words if content_words(word)}, texts)
    names: list[list[str]] = [[]]
    for word in words:
        if word in named:
            names[-1].append(word)
        else:
            names.append([])
    return [name for name in names if name]


def has_names(text: str, names: Sequence[Sequence[str]]) -> bool:
    """True where the text has at least half of the names, of each the last word and at least half of all."""
    words = {match[0].lower() for match in _WORD.finditer(text)}
    there = [name[-1] in words and 2 * sum(word in words for word in name) >= len(name) for name in names]
    return 2 * sum(there) >= len(there)


def _find_linked(texts: Sequence[tuple[str, bool]]) -> set[str]:
    """Names that stand far more often in the texts that have the topic's names (True) than in the others.

    So an article counts that calls the mayor by name, and not the town.
    """
    counts = {
        has: Counter(word for text, of in texts if of is has for word in _list_capitals(text)) for has in (True, False)
    }
    n = {has: max(1, sum(of is has for _, of in texts)) for has in (True, False)}
    return {word for word, count in counts[True].items() if count / n[True] >= _LINKED * counts[False][word] / n[False]}


def _list_capitals(text: str) -> set[str]:
    """The words of a text that have a capital within a sentence."""
    return {
        match[0] for match in _WORD.finditer(text) if match[0][0].isupper() and not _opens_sentence(text, match.start())
    }


def _write_out(hit: Hit) -> str:
    return f"{hit.article.title}\n{hit.article.text}"


def _find_capitals(wanted: set[str], texts: Sequence[str]) -> set[str]:
    seen: Mapping[str, list[bool]] = {word: [] for word in wanted}
    for text in texts:
        for match in _WORD.finditer(text):
            word = match[0].lower()
            if word in wanted and not _opens_sentence(text, match.start()):
                seen[word].append(match[0][0].isupper())
    return {word for word, capitals in seen.items() if capitals and sum(capitals) >= _NAME_SHARE * len(capitals)}


def _opens_sentence(text: str, start: int) -> bool:
    before = text[:start].rstrip(" “\"'‘(")
    return not before or before[-1] in ".!?:;\n—"
