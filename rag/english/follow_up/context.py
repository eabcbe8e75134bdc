"""What a follow-up can lean on: the last question in its standalone form, its answer, and whom and what both name."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index import make_safe, split_sentences
from rag.english.follow_up.mentions import Mention, MentionKind, list_mentions
from rag.english.follow_up.question_form import QuestionForm, read_form
from rag.english.follow_up.roles import find_role

_LONGEST_ANSWER = 1_200  # characters that are read
_LONGEST_QUESTION = 600
_MOST_MENTIONS = 40
_OURS = re.compile(r"\s*\[(?:\d{1,3}|Yes\.|No\.)\]")  # markers of citations, and the yes or no in front of a sentence
_ACCORDING = re.compile(r",? according to [^?]+?(?=\?|$)")
_ADDED_TOPIC = re.compile(r"(?<=\w) (?:when|in the case of) [^?]*")
_REFUSAL = re.compile(r"(?:The articles don[’']t say|No article|No passage|The library is empty|None of the|The one )")
_ADDED_DAY = re.compile(r" \[[^\]]*\d[^\]]*\]")
_ADDED_PERSON = re.compile(r"\b(?:[Hh]e|[Ss]he) \[([^\]\d]{3,80})\]")


@dataclass(frozen=True, slots=True)
class Context:
    """The conversation as the next question finds it. `mentions` come with the likeliest first.

    `topic` is what was added to the question to say what it is about: "when Niger revoked the deal". `role` is the last
    phrase of a question that says by a role who a person is: "the former mayor of Tampere".
    """

    question: str
    form: QuestionForm | None
    answer: str
    statement: str
    topic: str
    role: str
    mentions: tuple[Mention, ...]
    asked: tuple[Mention, ...]
    said: tuple[Mention, ...]

    @property
    def asks_who(self) -> bool:
        """True where the last question asked for a person, so that the answer names whom one talks about."""
        return bool(re.match(r"(?:by |to |with )?who\b", self.question, re.IGNORECASE))


def make_context(question: str, answer: str, before: Context | None) -> Context:
    """The context behind a question, in its standalone form, and its answer; `before` is the one that it had."""
    question = " ".join(make_safe(question).split())[:_LONGEST_QUESTION]
    said = clean_answer(answer)
    bare = _ACCORDING.sub("", question)  # an outlet is not what the question is about
    asked_mentions, said_mentions = list_mentions(bare), list_mentions(said)
    answered_first = re.match(r"(?:by |to |with )?(?:who|which|whose)\b", question, re.IGNORECASE)
    first, second = (said_mentions, asked_mentions) if answered_first else (asked_mentions, said_mentions)
    older = before.mentions if before else ()
    merged = _merge([*first, *second, *older])
    sentences = split_sentences(said)
    statement = said[sentences[0].start : sentences[0].end].strip() if sentences else ""
    return Context(
        question,
        read_form(_ADDED_TOPIC.sub("", re.split(r"(?<=[.?!]) (?=[A-Z])", bare)[-1])),
        said,
        statement,
        added[0].strip() if (added := _ADDED_TOPIC.search(bare)) else "",
        find_role(bare) or (before.role if before else ""),
        tuple(merged[:_MOST_MENTIONS]),
        tuple(asked_mentions),
        tuple(said_mentions),
    )


def clean_answer(answer: str) -> str:
    """The beginning of an answer in one line, without markers and control characters; nothing of a refusal."""
    text = " ".join(make_safe(answer[: 2 * _LONGEST_ANSWER]).split())[:_LONGEST_ANSWER]
    if _REFUSAL.match(text):
        return ""
    text = _ADDED_PERSON.sub(r"\1", _OURS.sub("", text))
    return _ADDED_DAY.sub("", text).strip()


def _merge(mentions: list[Mention]) -> list[Mention]:
    """Each once, the fullest form of a name in the place where it comes first."""
    kept: list[Mention] = []
    for mention in mentions:
        last = mention.text.split()[-1]
        at = next((n for n, k in enumerate(kept) if _is_same(k, mention, last)), None)
        if at is None:
            kept.append(mention)
            continue
        fuller = mention if len(mention.text) > len(kept[at].text) else kept[at]
        kind: MentionKind = next((m.kind for m in (fuller, kept[at], mention) if m.kind != "name"), "name")
        kept[at] = Mention(fuller.text, kind, kept[at].sex or mention.sex)
    return kept


def _is_same(known: Mention, mention: Mention, last: str) -> bool:
    if known.text == mention.text:
        return True
    short, full = sorted((known, mention), key=lambda m: len(m.text))
    if " " in short.text or full.kind not in ("person", "name") or short.kind == "body":
        return False
    return short.text == full.text.split()[-1]  # of "Michael Jordan", Jordan is no country
