"""`python -m evals.fit.reader DATA OUT`: learn the reader's weights from the sets in DATA (see README.md here)."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from random import Random

from evals.fit.reader.groups import (
    Group,
    make_question_groups,
    make_sentence_groups,
    read_groups,
    write_groups,
)
from evals.fit.reader.questions import HELD_FROM, Asked, draw, read_news, read_wikipedia, take
from evals.fit.reader.written import make_written_groups, read_snippets, read_written
from index import DEFAULT_READER, Article, Library, OnnxReader, Reader, find_export, find_model, set_up_process

_START = "cross-encoder/ms-marco-MiniLM-L-12-v2"
_SEED = 20261130
_FURTHER = 0.5  # of the usual pace, where a reader learns further
_KEPT = 1 / 3  # of the weights that it had before
_MOST_TOKENS = 256  # of question and text: those that it learns from are shorter
_MADE = {
    "cloze": 3200,
    "cloze-altered": 1400,
    "claim": 1400,
    "claim-altered": 1100,
}  # groups that are kept to choose from
_MOST = {"cloze": 1000, "cloze-altered": 450, "claim": 250, "claim-altered": 250, "selqa": 1000}  # that are learnt from
# Questions of a set, and articles whose sentences are asked about, that a further pass repeats beside what is new.
_AGAIN = {
    **{"squad2": 500, "qed": 100, "selqa": 100, "news": 250},
    **{"written": 2000, "written-wiki": 1000, "written-open": 800, "written-snippet": 500},
}
_ARTICLES_AGAIN = 120


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the groups, train, and write `model.safetensors`."""
    parser = argparse.ArgumentParser(prog="python -m evals.fit.reader", description=__doc__)
    parser.add_argument("data", type=Path, help="folder with squad2.jsonl, qed.jsonl, selqa.jsonl and news/")
    parser.add_argument("out", type=Path, help="folder for groups, checkpoints and weights; goes on from what is there")
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--size", type=int, default=6, help="groups a step")
    parser.add_argument(
        "--begin", type=Path, metavar="FILE", help="a reader in bytes to learn further from, in smaller steps"
    )
    chosen = parser.parse_args(arguments)
    set_up_process()
    chosen.out.mkdir(parents=True, exist_ok=True)
    groups = _read_or_make(chosen.data, chosen.out, chosen.begin)
    _train(groups, chosen.out, begin=chosen.begin, epochs=chosen.epochs, size=chosen.size)


def _read_or_make(data: Path, out: Path, begin: Path | None) -> list[Group]:
    path = out / "groups.jsonl"
    if not path.is_file():
        partial = path.with_suffix(".partial")
        write_groups(partial, _make(data, out, begin))
        partial.replace(path)
    return read_groups(path)


def _make(data: Path, out: Path, begin: Path | None) -> Iterator[Group]:
    """The groups of a first pass, or of a further one from the reader in the file `begin`."""
    news, wikipedia = read_news(data), read_wikipedia(data)
    with _fill(out / "news", news[0]) as one, _fill(out / "wikipedia", wikipedia[0]) as other:
        if begin:
            reader = OnnxReader(find_model(DEFAULT_READER), begin)
            written = draw(read_written(), _AGAIN, _SEED)
            with _fill(out / "snippets", read_snippets()) as snippets:
                for library, articles, asked in ((one, *news), (other, [], wikipedia[1]), (snippets, [], [])):
                    yield from make_written_groups(library, written, reader)
                    yield from _repeat(library, articles, asked, reader)
            return
        yield from _rank(one, make_question_groups(one, news[1], rerank=True, size=4, times=3))
        made = list(make_sentence_groups(news[0], 4, _list_late(news[0])))
        Random(_SEED).shuffle(made)  # noqa: S311 - chance that can be repeated, no secret
        for source, most in _MADE.items():
            yield from islice((group for group in made if group.source == source), most)
        yield from _rank(other, make_question_groups(other, wikipedia[1], rerank=False, size=3))


def _repeat(library: Library, articles: Sequence[Article], asked: Sequence[Asked], reader: Reader) -> Iterator[Group]:
    """Some of what is not written again; texts that deceive `reader` come first.

    They say nothing of rank: a reader has no head for that any more.
    """
    drawn = draw(asked, _AGAIN, _SEED)
    for source in dict.fromkeys(one.source for one in drawn):
        ones = [one for one in drawn if one.source == source]
        yield from make_question_groups(library, ones, rerank=False, size=3, reader=reader)
    random = Random(_SEED)  # noqa: S311 - as above
    some = random.sample(articles, min(_ARTICLES_AGAIN, len(articles)))
    yield from make_sentence_groups(some, 1, _list_late(some), library, reader)


def _fill(folder: Path, articles: Sequence[Article]) -> Library:
    library = Library.open(folder, create=True)
    if not library.status().articles:
        library.add(articles)
    return library


def _list_late(articles: Sequence[Article]) -> frozenset[str]:
    """Ids of the articles that are held back."""
    return frozenset(a.id for a in articles if a.published and a.published.date() >= HELD_FROM)


def _rank(library: Library, groups: Iterator[Group]) -> Iterator[Group]:
    """The groups with what the cross-encoder says of each text, so that the reader doesn't forget how to rank."""
    for group in groups:
        logits = library.reranker.score(group.question, [t.text for t in group.texts])
        ranked = [t._replace(rank=round(float(x), 3)) for t, x in zip(group.texts, logits, strict=True)]
        yield replace(group, texts=tuple(ranked))


def _seed(begin: Path) -> int:
    """A seed of its own for each reader to learn further from."""
    return int(hashlib.sha256(begin.read_bytes()).hexdigest()[:8], 16)


def _choose(groups: Sequence[Group], most: Mapping[str, int], seed: int) -> list[Group]:
    """Those that are not held back, at most so many of each source, by chance."""
    left = [group for group in groups if not group.held]
    Random(seed).shuffle(left)  # noqa: S311 - chance that can be repeated, no secret
    return take(left, most)


def _train(groups: Sequence[Group], out: Path, *, begin: Path | None, epochs: int, size: int) -> None:
    import torch
    from safetensors.torch import save_file

    from evals.fit.reader.network import ReaderNetwork
    from evals.fit.reader.start_weights import read_cross_encoder, read_reader
    from evals.fit.reader.train import make_tokenizer, say, tokenize, train

    torch.set_num_threads(os.cpu_count() or 1)  # torch counts two threads of a core as one
    start = find_model(_START)
    tokenizer = make_tokenizer(start.folder / "tokenizer.json")
    torch.manual_seed(_SEED)  # of the head that is new
    network = ReaderNetwork(read_reader(begin) if begin else read_cross_encoder(start.weights))
    seed, pace, most = (_seed(begin), _FURTHER, {}) if begin else (_SEED, 1.0, _MOST)
    tokens = [tokenize(tokenizer, group) for group in _choose(groups, most, seed) if group.texts]
    say(f"{len(tokens)} groups, {sum(len(group.texts) for group in tokens)} texts")
    train(network, tokens, out, seed=seed, epochs=epochs, size=size, pace=pace)
    if begin:  # what is learnt of the new, and kept of the old, as in Wortsman et al., CVPR 2022
        before, after = ReaderNetwork(read_reader(begin)).state_dict(), network.state_dict()
        network.load_state_dict({n: _KEPT * before[n] + (1 - _KEPT) * value for n, value in after.items()})
    save_file(network.export_weights(), out / "model.safetensors")
    (out / "config.json").write_text(json.dumps(network.describe(), indent=2) + "\n", encoding="utf-8")
    (out / "sentence_bert_config.json").write_text(
        json.dumps({"max_seq_length": _MOST_TOKENS}) + "\n", encoding="utf-8"
    )
    whole = make_tokenizer(start.folder / "tokenizer.json")
    whole.no_truncation()
    whole.save(str(out / "tokenizer.json"), pretty=False)
    shutil.copyfile(find_export(find_model(str(out)), "int8", kind="reader"), out / "model.onnx")


if __name__ == "__main__":
    main()
