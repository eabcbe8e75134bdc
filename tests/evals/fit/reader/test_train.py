"""Training the reader, from the real cross-encoder to the file that the package would bring, on a handful of groups."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest

from evals.fit.reader.groups import Group, Text, write_groups
from index import DEFAULT_READER, Reranker, find_model
from index.assemble import make_reader
from index.models.model_files import FoundModel

START = "cross-encoder/ms-marco-MiniLM-L-12-v2"
QUESTION = "How many people did the captain lead to the boats?"
RIGHT = "Ferry sinks (2014-06-06)\nCaptain Jane Doe led 118 people to the boats."
WRONG = "Ferry sinks (2014-06-06)\nThe harbour stayed closed for three days, and fishermen waited."
SPAN = (RIGHT.index("118"), RIGHT.index("118") + 3)


def make_groups() -> list[Group]:
    """A question that a passage answers, a sentence that one says, and a question that none answers."""
    right, wrong = Text(RIGHT, 1, (SPAN,), 5.0), Text(WRONG, 0, (), -4.0)
    whole = Text(RIGHT, 1, ((RIGHT.index("Captain"), len(RIGHT)),))
    return [
        Group("q", "squad2", QUESTION, (right, wrong), whole=False, held=False),
        Group("c", "claim", "A captain led people to boats.", (whole, wrong), whole=True, held=False),
        Group("n", "squad2", "Who built the ferry?", (right._replace(answers=0, spans=()), wrong), False, False),
        Group("u", "news", QUESTION, (right._replace(answers=-1, spans=()), wrong), whole=False, held=False),
    ]


@pytest.fixture(scope="module")
def start() -> FoundModel:
    return find_model(START)


def _read(network: Any, start: FoundModel, pairs: Sequence[tuple[str, str]]) -> Any:
    import torch

    from evals.fit.reader.network import make_batch
    from evals.fit.reader.train import make_tokenizer

    tokenizer = make_tokenizer(start.folder / "tokenizer.json")
    encoded = [tokenizer.encode(*pair) for pair in pairs]
    network.eval()
    with torch.no_grad():
        return network(make_batch([e.ids for e in encoded], [e.type_ids for e in encoded]))


@pytest.mark.models
def test_it_begins_as_the_cross_encoder(start: FoundModel, reranker: Reranker) -> None:
    from evals.fit.reader.network import ReaderNetwork
    from evals.fit.reader.start_weights import read_cross_encoder

    network = ReaderNetwork(read_cross_encoder(start.weights))
    scores = _read(network, start, [(QUESTION, RIGHT), (QUESTION, WRONG)])
    expected = reranker.score(QUESTION, [RIGHT, WRONG])
    assert scores.answers.tolist() == pytest.approx(expected.tolist(), abs=0.5)
    assert scores.rank.tolist() == pytest.approx(scores.answers.tolist(), abs=1e-4)


@pytest.mark.models
def test_a_text_reads_the_same_beside_longer_ones(start: FoundModel) -> None:
    from evals.fit.reader.network import ReaderNetwork
    from evals.fit.reader.start_weights import read_cross_encoder

    network = ReaderNetwork(read_cross_encoder(start.weights))
    alone = _read(network, start, [(QUESTION, RIGHT)])
    beside = _read(network, start, [(QUESTION, RIGHT * 6), (QUESTION, RIGHT), (QUESTION, WRONG)])
    assert beside.answers[1].item() == pytest.approx(alone.answers[0].item(), abs=1e-3)
    length = alone.start.shape[1]
    assert beside.start[1, :length].tolist() == pytest.approx(alone.start[0].tolist(), abs=1e-3)


@pytest.mark.models
def test_it_learns_further_from_what_the_reader_knows(start: FoundModel) -> None:
    from evals.fit.reader.network import ReaderNetwork
    from evals.fit.reader.start_weights import read_reader

    weights = find_model(DEFAULT_READER).weights
    network = ReaderNetwork(read_reader(weights))
    texts = [RIGHT, WRONG]
    scores = _read(network, start, [(QUESTION, text) for text in texts])
    for n, reading in enumerate(make_reader(DEFAULT_READER).read(QUESTION, texts)):
        assert scores.answers[n].item() == pytest.approx(reading.log_odds, abs=0.5)


@pytest.mark.models
@pytest.mark.slow
def test_training_goes_on_where_it_was_stopped_and_the_file_reads_what_was_learnt(
    tmp_path: Path, start: FoundModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    from evals.fit.reader import __main__ as command, train

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(train, "_CHECKPOINT_STEPS", 4)
    groups = make_groups() * 4
    Random(1).shuffle(groups)
    for name in ("whole", "stopped"):
        (tmp_path / name).mkdir()
        write_groups(tmp_path / name / "groups.jsonl", groups)
    options = ["--size", "2", "--epochs", "1"]
    command.main([str(tmp_path), str(tmp_path / "whole"), *options])
    learnt = make_reader(str(tmp_path / "whole"))
    right, wrong = learnt.read(QUESTION, [RIGHT, WRONG])
    span = right.spans[0]
    assert right.log_odds > wrong.log_odds
    assert "118" in RIGHT[span.start : span.end]

    class _Stop(Exception):
        pass

    lose, steps = train._lose, []

    def lose_until(last: int) -> Any:
        def counted(*given: Any) -> Any:
            steps.append(1)
            if len(steps) == last:
                raise _Stop
            return lose(*given)

        return counted

    monkeypatch.setattr(train, "_lose", lose_until(7))
    with pytest.raises(_Stop):
        command.main([str(tmp_path), str(tmp_path / "stopped"), *options])
    steps.clear()
    monkeypatch.setattr(train, "_lose", lose_until(0))
    command.main([str(tmp_path), str(tmp_path / "stopped"), *options])
    assert len(steps) == 4, "of eight steps, four were in the checkpoint"
    again = make_reader(str(tmp_path / "stopped"))
    assert again.read(QUESTION, [RIGHT, WRONG]) == [right, wrong]


def test_dropout_drops_a_tenth_and_scales_the_rest() -> None:
    import torch

    from evals.fit.reader.network import _Dropout

    drop, ones = _Dropout(), torch.ones(301, 1001)
    torch.manual_seed(3)
    first = drop(ones)
    torch.manual_seed(3)
    assert torch.equal(drop(ones), first)
    assert float((first == 0).float().mean()) == pytest.approx(26 / 256, abs=2e-3)
    assert first.unique().tolist() == pytest.approx([0.0, 256 / 230])
    assert first.mean().item() == pytest.approx(1.0, abs=3e-3)
    assert torch.equal(drop.eval()(ones), ones)
