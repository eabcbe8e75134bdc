"""Known-item questions, offline: would a reader who half remembers an article find it again?

After Azzopardi, de Rijke and Balog, Building Simulated Queries for Known-Item Topics, SIGIR 2007: words of the item
are drawn by how well they tell it from the rest. Here they come from the headline and the lead alone, and the question
may copy no run of words from the article.
"""

from __future__ import annotations

import calendar
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache

from evals.make.own_articles import MadeQuestion, choose_articles, label_relevant, longest_copy
from index import Article, Library, content_words, split_sentences

_LEAD_SENTENCES = 2
_WORDS = 5  # that a question has of its article, at most
_FEWEST = 3
_SHORT = 3  # letters
LONGEST_COPY_OF_ARTICLE = 3  # words that a question may have in a row as the article has them
# A name of several words is one: taken apart it would be another question.
_TERM = re.compile(r"(?:[A-Z]\.){2,}|[A-ZÀ-Þ][\w'’-]+(?:[ \u00a0]+[A-ZÀ-Þ][\w'’-]+){0,2}|[\w'’-]*\w")
_NAME_BONUS = 1.5  # a reader who half remembers an article remembers its names
# Words that tell when, which a reader does not remember.
_CALENDAR = frozenset(name.lower() for names in (calendar.day_name, calendar.month_name) for name in names if name)


def make_known_items(library: Library, most: int) -> Iterator[MadeQuestion]:
    """A question for each of at most `most` articles; one whose headline and lead say too little has none."""
    seen: Counter[str] = Counter()
    count = 0
    for article in library.articles():
        seen.update(set(content_words(f"{article.title} {article.text}")))
        count += 1
    for article in choose_articles(library, most):
        terms = choose_terms(article, seen, count)
        question = word_question(terms, [article.title, article.text])
        if question:
            review = f"known item, from the headline and lead of: {article.title or article.id}"
            yield MadeQuestion(question, review, relevant=label_relevant(library, article))


def choose_terms(article: Article, seen: Counter[str], articles: int) -> list[str]:
    """The words and names of headline and lead that tell the article from the others best, the best first."""
    sentences = split_sentences(article.text)[:_LEAD_SENTENCES]
    # A headline's capitals say nothing: its words are names where the lead has them so.
    lead = " ".join(article.text[span.start : span.end] for span in sentences)
    words = [*_TERM.findall(lead), *_TERM.findall(article.title.lower())]

    @cache
    def weigh(term: str) -> float:
        stems = content_words(term)
        rarity = sum(math.log((articles + 1) / (seen[stem] + 0.5)) for stem in stems) / len(stems)
        return rarity * (_NAME_BONUS if term[0].isupper() else 1.0)

    found: dict[tuple[str, ...], str] = {}
    for term in words:
        if tells(term) and (stems := tuple(content_words(term))):
            found.setdefault(stems, " ".join(term.split()))
    chosen: list[str] = []
    taken: set[str] = set()
    for stems, term in sorted(found.items(), key=lambda item: (-weigh(item[1]), item[1])):
        if not taken & set(stems):
            chosen.append(term)
            taken |= set(stems)
    return chosen[:_WORDS]


def tells(term: str) -> bool:
    """False for figures, days, months and words of a few letters: they are what an article is seldom remembered by."""
    if any(word.lower() in _CALENDAR for word in term.split()) or any(c.isdigit() for c in term):
        return False
    return len(term) > _SHORT or term.isupper()


def word_question(terms: Sequence[str], texts: Sequence[str]) -> str:
    """A question of as many terms as copy no run of the texts; empty where they are too few."""
    for size in range(len(terms), _FEWEST - 1, -1):
        kept = list(terms[:size])
        question = f"What was reported about {', '.join(kept[:-1])} and {kept[-1]}?"
        if longest_copy(question, texts) <= LONGEST_COPY_OF_ARTICLE:
            return question
    return ""
