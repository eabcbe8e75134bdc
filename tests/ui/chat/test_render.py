"""What the page shows: nothing but our own tags is markup, and exactly the quotes are highlighted."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser

import pytest
from hypothesis import given, strategies as st

from index import Article, Filters, Hit, Passage, Scope, Span
from index.text.safe import make_safe
from rag.records import Answer, AnswerWords, Citation, Quote, Sentence, Turn
from tests.ui.conftest import PAYLOADS
from ui.chat.article.render_article import render_article
from ui.chat.conversation import Exchange, Source, find_source, recall, stop
from ui.chat.render import highlight, render_conversation, render_exchange
from ui.escape import escape

OURS = {"article", "a", "button", "div", "h2", "header", "li", "mark", "p", "span", "strong", "ul"}
NASTY = st.one_of(st.text(), st.sampled_from(PAYLOADS), st.text(alphabet="<>&\"'`*_[]()!$\\{}#\n\r\t ax\u202e\u200b\0"))


class Reader(HTMLParser):
    """Reads a page as a browser would: its tags and attributes, and its text with what is marked of it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text: list[tuple[str, bool]] = []  # characters of the article's paragraphs, and whether marked
        self._open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open[:2] == ["article", "p"]:
            self.text += [(char, "mark" in self._open) for char in data]

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(f"a declaration: {decl}")


def make_article(text: str = "One. Two.", **fields: object) -> Article:
    values: dict[str, object] = {"id": "a", "title": "A title", "text": text, "content_hash": "0", **fields}
    return Article(**values)  # type: ignore[arg-type]


def make_hit(article: Article, rank: int = 1) -> Hit:
    passage = Passage(f"{article.id}:0", article.id, 0, 0, len(article.text), article.text)
    return Hit(passage, article, rank, 1.0)


def make_answer(article: Article, **fields: object) -> Answer:
    citation = Citation(1, make_hit(article), (Quote(0, min(4, len(article.text))),))
    values: dict[str, object] = {
        "question": "what?",
        "standalone_question": "what?",
        "model": "offline",
        "sentences": (Sentence("One.", (1,)),),
        "citations": (citation,),
        "hits": (make_hit(article),),
        **fields,
    }
    return Answer(**values)  # type: ignore[arg-type]


CONVERSATION = "abcdefghijkl"


def assert_only_ours(page: str) -> Reader:
    read = Reader(page)
    assert set(read.tags) <= OURS
    assert not [name for name, _ in read.attributes if name.startswith("on") or name == "style"]
    for name, value in read.attributes:
        assert name not in ("src", "srcdoc", "action", "formaction")
        assert name != "href" or re.match(r"https?://|/\?article=", value)
    return read


@given(NASTY)
def test_escape_leaves_no_sign_that_means_anything(text: str) -> None:
    escaped = escape(text)
    assert not re.search(r"""[!"$%'()*+,\-./:<=>?@\[\\\]^_`{|}~]""", escaped)
    assert not re.search("[&#;]", re.sub(r"&#\d+;", "", escaped))


@given(NASTY)
def test_escape_keeps_what_is_read(text: str) -> None:
    assert html.unescape(escape(text)) == make_safe(text).encode("utf-8", "replace").decode()


@given(
    text=NASTY,
    title=NASTY,
    source=NASTY,
    url=NASTY,
    origin=NASTY,
    quotes=st.lists(st.tuples(st.integers(-2, 60), st.integers(-2, 60))),
)
def test_article_is_shown_whole_and_exactly_its_quotes_are_marked(
    text: str, title: str, source: str, url: str, origin: str, quotes: list[tuple[int, int]]
) -> None:
    text = "".join(c for c in make_safe(text) if not "\ud800" <= c <= "\udfff")
    article = make_article(text, title=title, source=source, url=url, origin=origin)
    spans = tuple(Quote(max(0, start), end) for start, end in quotes)
    read = assert_only_ours(render_article(Source(article, spans, "Source 1", 0), 1))
    marked = {place for span in spans for place in range(span.start, span.end)}
    expected = [(char, place in marked) for place, char in enumerate(text) if not char.isspace()]
    assert [pair for pair in read.text if not pair[0].isspace()] == expected


@given(words=NASTY, title=NASTY, reason=NASTY, question=NASTY, unresolved=NASTY)
def test_no_answer_brings_markup(words: str, title: str, reason: str, question: str, unresolved: str) -> None:
    article = make_article(words or "x", title=title, source=reason)
    sentences = (Sentence(words, (1,)), Sentence(reason, (), reasons=(title,)), Sentence(title, (7,)))
    named = AnswerWords(words, 1, 0, len(words))
    answered = make_answer(article, answer=named, sentences=sentences, unresolved=(unresolved,), model=title)
    refused = make_answer(article, refused=True, reason=reason, sentences=())
    conversation = (Exchange(question, answered), Exchange(question, refused), Exchange(question, error=reason))
    for message in render_conversation(conversation, CONVERSATION):
        assert_only_ours(message["content"])
        assert "\n" not in message["content"]  # a blank line would end the block that Markdown leaves alone
        assert message["content"].startswith("<div ")


def test_only_the_message_of_an_answer_under_way_says_so() -> None:
    conversation = (Exchange("first", make_answer(make_article("One."))), Exchange("second"))
    busy, idle = (render_conversation(conversation, CONVERSATION, busy=busy) for busy in (True, False))
    assert ["dl-busy" in message["content"] for message in busy] == [False, False, False, True]
    assert not any("dl-busy" in message["content"] for message in idle)


def test_quotes_that_overlap_touch_or_contain_each_other_are_marked_once() -> None:
    marked = highlight("abcdefghij", 0, 10, [Span(1, 4), Span(2, 3), Span(3, 6), Span(6, 7)], "mark")
    assert re.sub("</mark><mark>", "", marked) == "a<mark>bcdefg</mark>hij"


def test_quote_across_paragraphs_is_marked_in_both() -> None:
    page = render_article(Source(make_article("One two.\n\nThree four."), (Quote(4, 15),), "Source 1", 0), 1)
    assert "<p>One <mark>two&#46;</mark></p><p><mark>Three</mark> four&#46;</p>" in page


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        ("https://example.org/a?b=c&d", True),
        ("http://example.org", True),
        ("javascript:alert(1)", False),
        ("JavaScript://example.org/%0aalert(1)", False),
        ("data:text/html,x", False),
        ("//example.org", False),
        ("https://", False),
        ("https://[", False),
        (None, False),
    ],
)
def test_only_web_addresses_become_links(url: str | None, linked: bool) -> None:
    page = render_article(Source(make_article(url=url), (), "Source 1", 0), 1)
    read = Reader(page)
    links = [value for name, value in read.attributes if name == "href" and value != "/?article=a&text=0"]
    assert links == ([url] if linked else [])
    assert page.count('target="_blank" rel="noopener noreferrer"') == linked


@pytest.mark.parametrize("origin", ["/home/somebody/secret/news.txt", r"C:\Users\somebody\secret\news.txt"])
def test_only_the_name_of_a_file_is_shown(origin: str) -> None:
    page = html.unescape(render_article(Source(make_article(origin=origin), (), "Source 1", 0), 1))
    assert "news.txt" in page
    assert "secret" not in page


def test_invented_markers_and_sentences_without_source_are_said_in_words() -> None:
    sentences = (
        Sentence("One.", (1,)),
        Sentence("Two.", (9,)),
        Sentence("Three.", (1,), verdict="unsupported", reasons=("no 2019",)),
    )
    answer = make_answer(make_article(), sentences=sentences, unresolved=("[9]",), model="openai/some-model")
    page = html.unescape(render_exchange(Exchange("what?", answer), 0))
    assert "The model cited passages that don't exist: [9]" in page
    assert page.count("⚠\u00a0cites nothing") == 1
    assert "⚠\u00a0not in its source: no 2019" in page
    assert "Written by openai/some-model" in page


def test_what_the_articles_do_not_say_has_a_line_of_its_own() -> None:
    gap = "The articles don't say: <b>when</b>?"
    sentences = (Sentence("One.", (1,)), Sentence(gap, gap=True))
    page = render_exchange(Exchange("what?", make_answer(make_article(), sentences=sentences)), 0)
    assert '<p class="dl-gap">' in page
    assert "<b>when" not in page
    assert "cites nothing" not in page
    assert html.unescape(page).count("The articles don't say") == 1


def test_chips_are_the_filters_that_the_answers_question_named_and_nothing_else() -> None:
    named = Filters(date(2024, 3, 1), None, ("The <b>Bugle</b>",))
    answer = make_answer(make_article(), named=named, filters=replace(named, languages=("fr",)))
    page = render_exchange(Exchange("what?", answer, chosen=Filters(languages=("fr",))), 3)
    chips = re.findall(r'class="dl-chip dl-without" name="(\w+)" value="(\d+)"', page)
    assert chips == [("dates", "3"), ("sources", "3")]
    assert "From your question: " in page
    assert "from 1 March 2024" in html.unescape(page)
    assert "<b>Bugle" not in page
    refused = replace(answer, refused=True, reason="No.", sentences=(), citations=())
    assert page.count("dl-chip") == render_exchange(Exchange("what?", refused), 3).count("dl-chip")
    assert "dl-chip" not in render_exchange(Exchange("what?", replace(answer, named=Filters())), 3)


def test_an_answer_says_how_sure_it_is_where_that_is_known() -> None:
    sure = render_exchange(Exchange("what?", make_answer(make_article(), confidence=0.726)), 0)
    assert "Confidence 73%" in html.unescape(sure)
    assert "Confidence" not in render_exchange(Exchange("what?", make_answer(make_article())), 0)


def test_looks_differ() -> None:
    article = make_article()
    searching = render_exchange(Exchange("what?", scope=Scope(1_234, 1_234, 0)), 0)
    growing = render_exchange(Exchange("what?", make_answer(article, stage="answering")), 0)
    answered = render_exchange(Exchange("what?", make_answer(article)), 0)
    refused = render_exchange(Exchange("what?", make_answer(article, refused=True, reason="No.", sentences=())), 0)
    failed = render_exchange(Exchange("what?", make_answer(article, stage="answering"), error="Key missing."), 0)
    assert "Searching 1,234 articles …" in searching
    assert "Waiting: others asked first …" in render_exchange(Exchange("what?"), 0, late=True)
    assert "Writing …" in growing
    assert "Sources" not in growing
    assert "Sources" in answered
    assert "dl-notice" not in answered
    assert "No answer in the articles" in refused
    assert 'name="nearest" value="0:1"' in refused
    assert 'name="cited"' not in refused
    assert "Key missing" in failed
    assert "One&#46;" in failed


def test_date_and_lack_of_one_are_shown() -> None:
    dated = make_article(published=datetime(2024, 3, 17, tzinfo=UTC), published_precision="day")
    assert "17 March 2024" in render_exchange(Exchange("what?", make_answer(dated)), 0)
    assert "undated" in render_exchange(Exchange("what?", make_answer(make_article())), 0)


@pytest.mark.parametrize(
    "place", ["0:2", "1:1", "-1:1", "0:0", "0", "", ":", "0:1:1", "²:1", None, 7, "0:" + "9" * 5_000]
)
@pytest.mark.parametrize("kind", ["cited", "nearest", "other", None, ["cited"]])
def test_a_button_that_leads_nowhere_opens_nothing(kind: object, place: object) -> None:
    assert find_source((Exchange("what?", make_answer(make_article())),), kind, place) is None


def test_a_button_opens_what_it_stands_for() -> None:
    conversation = (Exchange("first?"), Exchange("what?", make_answer(make_article())))
    cited, nearest = find_source(conversation, "cited", "1:1"), find_source(conversation, "nearest", "1:1")
    assert cited is not None
    assert cited.quotes == (Quote(0, 4),)
    assert nearest is not None
    assert nearest.quotes == (Quote(0, 9),)
    assert find_source(conversation, "cited", "0:1") is None


def test_history_is_what_was_said() -> None:
    answer = make_answer(make_article())
    empty = make_answer(make_article(), sentences=(), stage="searching")
    conversation = (Exchange("one?", answer), Exchange("two?", error="No."), Exchange("three?", empty, stopped=True))
    assert recall(conversation) == [Turn("one?", "One.", "what?")]


def test_stopping_marks_only_what_is_under_way() -> None:
    done = Exchange("what?", make_answer(make_article()))
    growing = Exchange("what?", make_answer(make_article(), stage="answering"))
    assert stop(()) == ()
    assert stop((done,)) == (done,)
    stopped = stop((done, growing))
    assert stopped[0] == done
    assert "Stopped" in render_exchange(stopped[1], 1)


def test_an_unsupported_sentence_says_why_and_warnings_are_shown() -> None:
    answer = make_answer(
        make_article(),
        sentences=(
            Sentence("One.", (1,), 0.9, "supported"),
            Sentence("Two of 40.", (1,), 0.1, "unsupported", ("the number “40” is not in what it cites",)),
            Sentence("Three.", (), 0.0, "unsupported", ("it cites nothing",)),
        ),
        warnings=("A passage of <b>“x”</b> gives orders.",),
    )
    page = render_exchange(Exchange("what?", answer), 0)
    assert_only_ours(page)
    shown = html.unescape(re.sub("<[^>]*>", "", page)).replace("\u00a0", " ")
    assert page.count('class="dl-unsure"') == 2
    assert "⚠ not in its source: the number “40” is not in what it cites" in shown
    assert shown.count("cites nothing") == 1
    assert "⚠ A passage of <b>“x”</b> gives orders." in shown
    refused = render_exchange(Exchange("what?", make_answer(make_article(), refused=True, warnings=("Beware.",))), 0)
    assert "Beware" in refused


def test_of_a_very_long_article_the_part_with_the_quote_is_shown() -> None:
    text = "A line of it.\n\n" * 200_000 + "The harbour is closed." + "\n\nAnother line." * 100_000
    start = text.index("The harbour")
    article = Article("a", "T", text, "hash")
    page = render_article(Source(article, (Quote(start, start + 11),), "Source", 0), 0)
    assert "<mark>The harbour</mark>" in page
    assert "A part of it is shown" in page
    assert len(page) < 1_000_000
    assert "A part of it is shown" not in render_article(Source(replace(article, text="Short."), (), "Source", 0), 0)


def test_a_follow_up_shows_what_it_was_asked_as_and_offers_to_change_it() -> None:
    hostile = 'Why did "Niger" <script>alert(1)</script> leave?'
    for fields in (
        {"standalone_question": hostile},
        {"standalone_question": hostile, "refused": True, "reason": "No."},
    ):
        page = render_exchange(Exchange("why?", make_answer(make_article(), question="why?", **fields)), 0)
        reader = Reader(page)
        assert ("value", hostile) in reader.attributes
        assert set(reader.tags) <= OURS
        assert "Asked as: " in page
    assert "Asked as" not in render_exchange(Exchange("what?", make_answer(make_article())), 0)
