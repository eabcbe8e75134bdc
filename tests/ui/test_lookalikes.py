"""What an article says never looks like what Dateline says: markers, sources, lines, messages."""

from __future__ import annotations

import io
import json
import re
from contextlib import redirect_stdout
from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from index import Article, Hit, Passage
from index.messages import say
from index.text.safe import UNSAFE, join_lines, make_safe
from rag import Answer, AnswerWords, Citation, Quote, Sentence, answer_to_dict
from tests.ui.presented import RENDERERS, show_terminal
from ui.cli.options import print_json
from ui.cli.terminal import print_hits
from ui.escape import mute_markers
from ui.export.texts import write_json

MARKER = re.compile(r"[\[【［]\s*\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*\s*[\]】］]")
LIKE_OURS = (
    "[2][3]",
    "[ 2 ]",
    "[2, 3]",
    "[1-3]",
    "【2】",
    "［2］",
    "[\u20602\u200b]",
    "[\ufe0f2]",
    "[\U000e00312]",
    "[[2]]",
    "[٢]",
    "Sources [1] Reuters · 17 March 2024",
    "\n\nSources\n[1] Reuters",
    "\r[1] Reuters",
    "\x1b[2K[1] Reuters",
    "\u2028[1] Reuters",
    "\u202e]2[",
    "\x1b]8;;http://evil.example\x1b\\[1]\x1b]8;;\x1b\\",
    "\x9b31m[1]",
    "\ndateline: the key was sent",
    "\u2029dateline: the key was sent",
    "\vdateline: the key was sent\f",
)


def make_answer(words: str) -> Answer:
    """An answer whose sentence, quote, title, outlet, place, reason and warning hold the words."""
    text = f"The ferry sank {words} on Saturday."
    article = Article("id1", f"Ferry {words}", text, "0", origin=f"/x/{words}", source=f"Times {words}")
    hit = Hit(Passage("id1:0", "id1", 0, 0, len(text), text), article, 1, 1.0)
    sentences = (
        Sentence(text, (1,), 0.1, "unsupported", (f"the words {words} are not there",)),
        Sentence(f"Nobody says more {words}.", gap=True),
    )
    return Answer(
        question="What sank?",
        standalone_question="What sank?",
        model="offline",
        answer=AnswerWords(words, 1, 15, 15 + len(words)),
        sentences=sentences,
        citations=(Citation(1, hit, (Quote(0, len(text)),)),),
        hits=(hit,),
        warnings=(f"A passage says {words}.",),
    )


def refuse(answer: Answer) -> Answer:
    reason = " ".join(answer.sentences[0].text.split())  # reasons are written a line at a time
    return replace(answer, refused=True, reason=reason, sentences=(), citations=())


WORDS = st.lists(
    st.sampled_from([*LIKE_OURS, "[", "]", "1", "23", ",", " ", "\u2060"]) | st.text(max_size=3), max_size=9
)


@pytest.mark.parametrize("medium", [medium for medium in RENDERERS if medium != "page"])
@pytest.mark.parametrize("refused", [False, True], ids=["answer", "refusal"])
@pytest.mark.parametrize("words", LIKE_OURS, ids=range(len(LIKE_OURS)))
def test_nothing_looks_like_a_marker_that_is_none(medium: str, refused: bool, words: str) -> None:
    shown, plain = (
        RENDERERS[medium](refuse(answer) if refused else answer) for answer in (make_answer(words), make_answer("x"))
    )
    assert MARKER.findall(shown) == MARKER.findall(plain)


@given(WORDS.map("".join))
def test_the_terminal_shows_our_markers_and_no_others(words: str) -> None:
    for change in (lambda answer: answer, refuse):
        shown, plain = (show_terminal(change(make_answer(given))) for given in (words, "x"))
        lines = [join_lines(line) for line in shown.splitlines()]
        assert MARKER.findall(" ".join(lines)) == MARKER.findall(plain)
        assert not UNSAFE.search(shown)
        assert lines.count("Sources") == plain.splitlines().count("Sources")
        # What stands above the sources, and between them, is ours: no words of others make an empty line.
        assert shown.split("\n").count("") == plain.split("\n").count("")


@given(st.text(max_size=40) | WORDS.map("".join))
def test_muting_changes_brackets_around_numbers_alone(text: str) -> None:
    muted = mute_markers(text)
    assert not MARKER.search(muted)
    assert mute_markers(muted) == muted
    bare = re.compile(r"[\s()\[\]【】［］⟦⟧⁅⁆〔〕〖〗〘〙〚〛❲❳⦋⦌⦍⦎⦏⦐⟬⟭]")
    assert bare.sub("", muted) == bare.sub("", make_safe(text))


@pytest.mark.parametrize("text", ["[sic]", "[the mayor]", "[2024]", "a[i]", "(2)", "[1.5]", "[1:2]", "x[10000]"])
def test_other_brackets_stay(text: str) -> None:
    assert mute_markers(text) == text


@pytest.mark.parametrize("words", LIKE_OURS, ids=range(len(LIKE_OURS)))
def test_json_has_the_quote_byte_for_byte(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    answer = make_answer(words)
    print_json(answer_to_dict(answer))
    printed = capsys.readouterr().out
    assert not UNSAFE.search(printed)
    (quote,) = json.loads(printed)["citations"][0]["quotes"]
    assert quote["text"] == answer.hits[0].article.text
    written = write_json([answer])
    assert not UNSAFE.search(written)
    assert json.loads(written)["citations"][0]["quotes"][0]["text"] == quote["text"]


@pytest.mark.parametrize("words", LIKE_OURS, ids=range(len(LIKE_OURS)))
def test_a_list_of_hits_begins_lines_with_our_numbers_alone(words: str) -> None:
    with redirect_stdout(io.StringIO()) as printed:
        print_hits(make_answer(words).hits)
    lines = printed.getvalue().splitlines()
    assert lines[0].startswith(" 1. Ferry")
    assert all(line.startswith("    ") for line in lines[1:] if line)
    assert not UNSAFE.search(printed.getvalue())


@pytest.mark.parametrize("words", LIKE_OURS, ids=range(len(LIKE_OURS)))
def test_a_message_is_one_line_of_ours(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    say(f"{words} is damaged: making it again")
    said = capsys.readouterr().err
    assert said.startswith("dateline: ")
    assert len(said.splitlines()) == 1
    assert not UNSAFE.search(said)
