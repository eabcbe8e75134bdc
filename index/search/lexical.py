"""Full text search (BM25) with tantivy."""

from __future__ import annotations

import json
import math
import re
import shutil
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import compress, islice
from pathlib import Path
from typing import Any

import numpy as np
import tantivy

from index.search.vector_file import Damaged
from index.search.word_ranking import Hits, rank_by_words
from index.storage.full_disk import tells_full_disk
from index.storage.store import NumberedText
from index.text.words import STEMMED, find_stemmed, prepare_phrase, prepare_words, stem_words

_PLAIN_NAME = re.compile(r"[\w-][\w.-]*", re.ASCII)
_ANALYZER = "news-3"  # another name for each way to cut words: an index made with another is made again
_STAMP, _STEMMED_AS, _IN = "stamp", "stemmed as ", "in "  # kinds of documents
_CHECKSUMS = "checksums.json"
_SEGMENTS = "meta.json"  # tantivy's list of them
_FILES = ".managed.json"  # tantivy's list of what is in the folder, and may be deleted
_FIELDS = {"number", "text", "kind", "generation", "stamp"}
_HEAP_BYTES = 50_000_000
_PANIC = "PanicException"
_MANY = 0.02  # share of the passages that are allowed, from which on it is faster to rank all
_BATCH = 5_000  # texts held in memory at once


class LexicalIndex:
    """BM25 over the heading and text of passages, which it knows by their number.

    The generation, and its stamp, stand in a document of the index itself, so that a commit moves both or neither.
    """

    def __init__(self, folder: Path) -> None:
        """Open the index in `folder`, or make an empty one; raise Damaged where its files are torn."""
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        with self._noticing_damage():
            _verify(folder)
            self._index = tantivy.Index(_make_schema(), path=str(folder))
            # Words are stemmed by the language of each text, before they come here with a space between them.
            spaces = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
            self._index.register_tokenizer(_ANALYZER, spaces)
        self._commit: tuple[int, int, int] | None = None
        self.reload()

    @contextmanager
    def _noticing_damage(self) -> Iterator[None]:
        try:
            yield
        except Damaged:
            raise
        except BaseException as error:
            # tantivy raises ValueError and OSError, and where its files make no sense to it a panic, which is neither.
            if tells_full_disk(error) or not (isinstance(error, Exception) or type(error).__name__ == _PANIC):
                raise
            raise Damaged(f"{self._folder} can't be read") from error

    @staticmethod
    def erase(folder: Path) -> None:
        """Remove a damaged index, so that an empty one can be made."""
        shutil.rmtree(folder, ignore_errors=True)

    def reload(self) -> None:
        """See the newest commit, another process's included; raise Damaged where its files are torn."""
        with self._noticing_damage():
            commit = self._find_commit()
            if commit == self._commit:
                return
            self._index.reload()
            self._searcher = self._index.searcher()
            self.generation, self.stamp = self._read_generation()
            self._languages = [language for language in STEMMED if self._count_kind(_STEMMED_AS + language)]
            self._commit = commit

    def _find_commit(self) -> tuple[int, int, int]:
        """What tells one commit from another: each puts a new file in the place of the list of segments."""
        found = (self._folder / _SEGMENTS).stat()
        return found.st_ino, found.st_mtime_ns, found.st_size

    def _count_kind(self, kind: str) -> int:
        return int(self._searcher.doc_freq("kind", kind))

    def _read_generation(self) -> tuple[int, int]:
        query = tantivy.Query.term_query(self._index.schema, "kind", _STAMP)
        found = self._searcher.search(query, 1, count=False).hits
        if not found:
            return 0, 0
        document = self._searcher.doc(found[0][1])
        return int(document["generation"][0]), int(document["stamp"][0])

    def update(self, removed: Sequence[int], added: Iterable[NumberedText], generation: int, stamp: int = 0) -> None:
        """Take numbers out, put texts in, some at a time, and hold `generation` from then on; one commit.

        Raises Damaged where the files can't be written on.
        """
        with self._noticing_damage():
            writer = self._index.writer(heap_size=_HEAP_BYTES, num_threads=1)
            writer.garbage_collect_files()  # what a writer that was killed left would be in the way
            writer.delete_documents_by_term("kind", _STAMP)
            self._take_out(writer, removed)
            waiting = iter(added)
            while batch := list(islice(waiting, _BATCH)):
                # They are taken out first, so that catching up twice gives the same as once.
                self._take_out(writer, [text.number for text in batch])
                for number, text, language in batch:
                    stemmed = find_stemmed(language)
                    words = " ".join(stem_words(prepare_words(text), stemmed))
                    kinds = [_STEMMED_AS + stemmed, _IN + language]
                    writer.add_document(self._document(number=number, text=words, kind=kinds))
            writer.add_document(self._document(kind=_STAMP, generation=generation, stamp=stamp))
            writer.commit()
            writer.wait_merging_threads()
            _write_checksums(self._folder, generation, stamp)
        self.reload()

    def _take_out(self, writer: Any, numbers: Sequence[int]) -> None:
        if numbers and self.generation:
            # By query: `delete_documents_by_term` looks for a signed number, and finds none in this field.
            query = tantivy.Query.term_set_query(self._index.schema, "number", list(numbers))
            writer.delete_documents_by_query(query)

    def _document(self, **fields: Any) -> tantivy.Document:
        return tantivy.Document.from_dict(fields, self._index.schema)

    def search(
        self, question: str, limit: int, allowed: Sequence[int] | None = None, language: str = ""
    ) -> list[tuple[int, float]]:
        """Return (number, BM25 score) of passages with a word of the question, best first; ties by number.

        They are among those `allowed`, and of texts in `language`, where these are given.

        The question's language is not known: each word of it is stemmed by every language that there are texts in, and
        counts in the form that fits best.
        """
        words = self._stem_in_all(prepare_words(question))
        if not words or limit <= 0 or (allowed is not None and not len(allowed)):
            return []
        schema = self._index.schema
        within = [tantivy.Query.term_query(schema, "kind", _IN + language)] if language else []
        if allowed is not None:
            if (found := self._rank_within_most(words, limit, allowed, within)) is not None:
                return found
            within.append(tantivy.Query.term_set_query(schema, "number", list(allowed)))
        return self._order(rank_by_words(self._searcher, schema, words, limit, within))

    def _rank_within_most(
        self, words: Sequence[Sequence[str]], limit: int, allowed: Sequence[int], within: Sequence[tantivy.Query]
    ) -> list[tuple[int, float]] | None:
        """The same among many that are allowed: all are ranked, and the others taken out. None where too few stay."""
        share = len(allowed) / (self._searcher.num_docs + 1)
        if share < _MANY:
            return None
        deep = math.ceil(2 * limit / share)
        hits = rank_by_words(self._searcher, self._index.schema, words, deep, within)
        found = self._order(hits)
        passed = np.isin(np.array([number for number, _ in found], dtype=np.int64), np.asarray(allowed, dtype=np.int64))
        best = list(compress(found, passed.tolist()))[:limit]
        return best if len(best) == limit or len(hits) < deep else None

    def _order(self, hits: Hits) -> list[tuple[int, float]]:
        numbers = self._searcher.fast_field_values("number", [address for _, address in hits])
        found = [(int(number), float(score)) for number, (score, _) in zip(numbers, hits, strict=True)]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))

    def _stem_in_all(self, prepared: str) -> list[tuple[str, ...]]:
        """For each word of a prepared text, its forms in the languages that there are texts in; none twice."""
        stemmed = [stem_words(prepared, language) for language in self._languages]
        return list(dict.fromkeys(tuple(dict.fromkeys(forms)) for forms in zip(*stemmed, strict=True)))

    def numbers(self) -> list[int]:
        """The numbers of all passages that it holds."""
        schema = self._index.schema
        stamp = tantivy.Query.term_query(schema, "kind", _STAMP)
        query = tantivy.Query.boolean_query(
            [(tantivy.Occur.Must, tantivy.Query.all_query()), (tantivy.Occur.MustNot, stamp)]
        )
        hits = self._searcher.search(query, max(self._searcher.num_docs, 1), count=False).hits
        return [int(n) for n in self._searcher.fast_field_values("number", [address for _, address in hits])]

    def having(self, phrase: str) -> list[int]:
        """Return the numbers of all passages that have the words of `phrase` in this order, stemmed, sorted."""
        stemmed = {tuple(stem_words(prepare_phrase(phrase), language)) for language in self._languages} - {()}
        if not stemmed:
            return []
        query = tantivy.Query.boolean_query([(tantivy.Occur.Should, self._find_in_order(words)) for words in stemmed])
        hits = self._searcher.search(query, max(self._searcher.num_docs, 1), count=False).hits
        return sorted(int(n) for n in self._searcher.fast_field_values("number", [address for _, address in hits]))

    def stem(self, word: str) -> list[str]:
        """The forms of a word in the languages that there are texts in; none twice."""
        return list(dict.fromkeys(form for forms in self._stem_in_all(word) for form in forms))

    def count_word(self, word: str) -> int:
        """How many passages have a word, in any of its forms; those taken out lately may count too."""
        return sum(self._searcher.doc_freq("text", form) for form in self.stem(prepare_words(word)))

    def terms_beginning(self, prefix: str, language: str = "") -> list[tuple[str, int]]:
        """The terms that begin with `prefix`, each with how many passages, in `language` or in any, have it."""
        within = tantivy.Query.term_query(self._index.schema, "kind", _IN + language) if language else None
        return [(term, count) for term, count in self._searcher.terms_with_prefix("text", prefix, within) if count]

    def having_term(self, term: str, limit: int) -> list[int]:
        """The numbers of `limit` passages that have a term."""
        query = tantivy.Query.term_query(self._index.schema, "text", term)
        hits = self._searcher.search(query, limit, count=False).hits
        return [int(n) for n in self._searcher.fast_field_values("number", [address for _, address in hits])]

    def _find_in_order(self, words: Sequence[str]) -> tantivy.Query:
        schema = self._index.schema
        if len(words) == 1:
            return tantivy.Query.term_query(schema, "text", words[0])
        return tantivy.Query.phrase_query(schema, "text", list(words))


def _make_schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("number", indexed=True, fast=True)
    builder.add_text_field("text", tokenizer_name=_ANALYZER, index_option="position")
    builder.add_text_field("kind", tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("generation", stored=True)
    builder.add_unsigned_field("stamp", stored=True)
    return builder.build()


def read_noted_generation(folder: Path) -> tuple[int, int]:
    """The generation that the index in `folder` holds, and its stamp, without opening it; zeros where nobody knows."""
    noted = _read_notes(folder) or {}
    return noted.get("generation", 0), noted.get("stamp", 0)


def _write_checksums(folder: Path, generation: int, stamp: int) -> None:
    """Note the size and CRC of every file of the index: tantivy never changes one, but for its list of them."""
    known = _read_checksums(folder) or {}
    files = [f for f in folder.iterdir() if _is_segment(f) or f.name == _SEGMENTS]
    sums = {f.name: known.get(f.name) if _is_segment(f) else None for f in files}
    found = {f.name: sums[f.name] or _checksum(f) for f in files}
    notes = json.dumps({"generation": generation, "stamp": stamp, "files": found})
    partial = folder / (_CHECKSUMS + ".partial")
    partial.write_text(json.dumps({"notes": notes, "crc": zlib.crc32(notes.encode())}), encoding="utf-8")
    partial.replace(folder / _CHECKSUMS)


def _verify(folder: Path) -> None:
    """Raise Damaged where a file that `meta.json` needs is missing, or is not what was written."""
    _check_names(folder / _FILES)
    meta = folder / _SEGMENTS
    if not meta.exists():
        return
    try:
        found = json.loads(meta.read_text(encoding="utf-8"))
        names = {segment["segment_id"].replace("-", "") for segment in found["segments"]}
        fields = {field["name"] for field in found["schema"]}
        analyzers = {field["options"]["indexing"]["tokenizer"] for field in found["schema"] if field["name"] == "text"}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Damaged(f"{meta} can't be read") from error
    if not fields >= _FIELDS or analyzers != {_ANALYZER}:
        raise Damaged(f"{folder} is of an older format")
    known = _read_checksums(folder)
    if known is None:
        if names:
            raise Damaged(f"{folder / _CHECKSUMS} is missing, or can't be read")
        return  # nothing was written yet
    files = {f.name: f for f in folder.iterdir() if f.name.split(".")[0] in names or f.name == _SEGMENTS}
    if names - {name.split(".")[0] for name in files}:
        raise Damaged(f"files are missing from {folder}")
    for name, file in files.items():
        # What is not noted is of a commit that never came to be: the list of files is, and names none of it.
        if (name == _SEGMENTS or name in known) and _checksum(file) != known.get(name):
            raise Damaged(f"{file} is damaged")


def _check_names(path: Path) -> None:
    """Raise Damaged where the list of files names one elsewhere: tantivy deletes what it no longer needs of them."""
    try:
        names = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    except (ValueError, RecursionError) as error:
        raise Damaged(f"{path} can't be read") from error
    if not isinstance(names, list) or any(
        not isinstance(name, str) or not _PLAIN_NAME.fullmatch(name) for name in names
    ):
        raise Damaged(f"{path} names files elsewhere")


def _is_segment(file: Path) -> bool:
    return len(file.name.split(".")[0]) == 32


def _checksum(file: Path) -> list[int]:
    content = file.read_bytes()
    return [len(content), zlib.crc32(content)]


def _read_checksums(folder: Path) -> dict[str, list[int]] | None:
    """The size and CRC of files that were noted, by their names; None where there is nothing, or not what was noted."""
    notes = _read_notes(folder)
    return None if notes is None else notes["files"]


def _read_notes(folder: Path) -> dict[str, Any] | None:
    try:
        noted = json.loads((folder / _CHECKSUMS).read_text(encoding="utf-8"))
        if zlib.crc32(noted["notes"].encode()) != noted["crc"]:
            return None
        notes: dict[str, Any] = json.loads(noted["notes"])
        return notes
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
