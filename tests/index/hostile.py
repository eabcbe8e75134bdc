"""Texts that nobody would write, for properties that must hold for all."""

from __future__ import annotations

from hypothesis import strategies as st

NASTY = (
    "",
    " ",
    "\n\n\n",
    "\t\r\x0b\x0c\x1c\x85\u2028\u2029",
    "a" * 5_000,
    "字" * 4_000,
    "👩‍👩‍👧‍👦" * 400,
    "e\u0301\u0300\u0323" * 700,
    "שלום עולם. مرحبا بالعالم؟ " * 60,
    "\u202eevil\u202c \u200b\u200d\ufeff.",
    "." * 3_000,
    "Mr. U.S. J. R. R. p.m. Dr. St. " * 80,
    "No end here\nNor here\n" * 300,
    "A. " * 2_000,
    '"“”‘’«»…—–' * 100,
    "\ud7ff\ue000\ufffd\U0010ffff",
    "one two three " * 900,
    "https://example.org/" + "x/" * 1_500 + " is long.",
)
_PIECES = st.sampled_from(
    [*NASTY[:4], *(t[:90] for t in NASTY[4:]), ". ", "? ", "\n", " ", "The minister spoke.", "a b c d", "x" * 1_700]
)
_MIXED = st.lists(_PIECES | st.text(st.characters(exclude_categories=["Cs"]), max_size=40), max_size=25).map("".join)

hostile_texts = st.one_of(
    st.sampled_from(NASTY), _MIXED, st.text(st.characters(exclude_categories=["Cs"]), max_size=400)
)
