"""The sets of known speakers, and how what is found in them is scored."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from evals import SPEAKER_SETS, load_speaker_set, score_speakers, summarise_speakers
from evals.topics.speaker_figures import score_article
from index import DatelineError, UsageError


@pytest.mark.parametrize("name", SPEAKER_SETS)
def test_figures_hold_what_is_promised(name: str) -> None:
    figures = summarise_speakers(list(score_speakers(load_speaker_set(name))))
    assert (figures["speaker_right"].mean or 0) >= 0.88
    assert (figures["precision"].mean or 0) >= 0.95
    assert figures["speaker_right"].n >= 100


def test_a_quotation_that_is_not_found_or_another_s_is_wrong() -> None:
    article, known = load_speaker_set("speakers").articles[0]
    whole = score_article(article, known).scores
    others = score_article(article, [q._replace(speaker="Somebody Else") for q in known]).scores
    assert (others["right"], others["found"]) == (0, whole["found"])
    nothing = score_article(replace(article, text="x" * len(article.text)), known).scores
    assert (nothing["known"], nothing["found"], nothing["right"], nothing["given"]) == (len(known), 0, 0, 0)
    assert score_article(article, []).scores["known_found"] == 0


def test_a_set_that_is_none_and_words_that_are_not_there_are_errors(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="speakers"):
        load_speaker_set(str(tmp_path))
    (tmp_path / "corpus.jsonl").write_text('{"id": "a", "title": "t", "text": "Ana said it."}\n')
    (tmp_path / "quotations.jsonl").write_text(
        '{"article": "a", "speaker": "Ana", "words": "no", "start": 0, "direct": true}\n'
    )
    with pytest.raises(DatelineError, match="line 1"):
        load_speaker_set(str(tmp_path))
