"""What agencies send, reference managers export, browsers save and site generators write."""

from __future__ import annotations

import json

from hypothesis import example, given, strategies as st

from tests.fuzz.reading import check_reading, damaged
from tests.index.read.make import make_page
from tests.index.read.test_exports import CSL, G2, NEWSML, NITF, RDF, RIS, TEXT, make_mhtml
from tests.index.read.test_front_matter import SITES

NEWS = [NITF, G2, NEWSML, RDF]
SAVED = [make_mhtml(), make_page("<!-- saved from url=(0017)https://x.org/abc -->")]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["date-parts", "raw"]), inner),
    max_leaves=5,
)
CSL_NAMES = st.sampled_from("type title author container-title issued URL language abstract note id publisher".split())


@example(NEWSML.replace("urn:", "&#xD800;urn:").encode(), ".xml")
@given(damaged([text.encode() for text in NEWS]), st.sampled_from([".xml", ".rdf", ".nitf", ""]))
def test_damaged_news_are_read_or_refused(content: bytes, ending: str) -> None:
    check_reading(content, ending)


@given(damaged([RIS.encode(), CSL.encode()]), st.sampled_from([".ris", ".json", ".txt"]))
def test_damaged_references_are_read_or_refused(content: bytes, ending: str) -> None:
    check_reading(content, ending)


@given(st.lists(st.dictionaries(CSL_NAMES, VALUES), min_size=1, max_size=3))
def test_references_with_any_values_are_read_or_refused(items: list[dict[str, object]]) -> None:
    check_reading(json.dumps(items).encode(), ".json")


@example(SAVED[0].replace("https://", "https://[").encode(), ".mhtml")
@given(damaged([text.encode() for text in SAVED]), st.sampled_from([".mhtml", ".html", ".eml", ""]))
def test_a_damaged_saved_page_is_read_or_refused(content: bytes, ending: str) -> None:
    check_reading(content, ending)


@given(damaged([f"{matter}\n{TEXT}".encode() for matter in SITES.values()]))
def test_a_damaged_page_of_a_site_generator_is_read_or_refused(content: bytes) -> None:
    check_reading(content, ".md")
