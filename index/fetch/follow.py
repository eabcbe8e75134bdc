"""Adding addresses to a library, and keeping up with the feeds, sitemaps and folders that it follows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from index.fetch.fetcher import Fetcher
from index.fetch.web_reader import Outcome, WebReader
from index.library import Library
from index.read.subprocesses import BytesReader, read_files_in_subprocesses
from index.read.walk import list_files
from index.records import AddReport, Article, Failure
from index.storage.places import KnownPage, Place
from index.trust.allowed import is_allowed
from index.trust.claims import allow_own, name_followed

Progress = Callable[[int, int], None]  # addresses done, and those met so far
_NOT_YOURS = "the library says to read it, and you did not, so it is not read"
_TOGETHER = 20  # pages that are added in one go, so that nobody waits for the writer while pages are got


class SyncReport(NamedTuple):
    """What a `sync` did: what was added, and the ids of the articles that were removed."""

    added: AddReport
    removed: tuple[str, ...]


def add_urls(library: Library, urls: Iterable[str], progress: Progress | None = None) -> AddReport:
    """Add what is at web addresses: the article of a page, all of a feed's or sitemap's, which are followed then.

    What can't be had is a Failure in the report, with the address and the reason, and the rest goes on. A page that
    has not changed since it was read is not sent again.
    """
    with _open_reader(library) as reader:
        report, _ = _take(library, (o for url in urls for o in reader.read(url)), reader, progress)
    return report


def follow_folders(library: Library, folders: Iterable[Path], columns: Mapping[str, str]) -> None:
    """Have `sync` look at these folders from now on."""
    for folder in folders:
        library.followed.add(Place(str(folder.resolve()), "folder", columns))
        allow_own(library.folder, name_followed(str(folder.resolve())))


def sync_library(library: Library, *, remove_gone: bool = False, progress: Progress | None = None) -> SyncReport:
    """Add what is new or has changed in everything that the library follows.

    With `remove_gone`, articles go whose file is no longer in its folder, or whose address, left out by its feed or
    sitemap, is answered with 404 or 410. A folder or feed that can't be read takes nothing away.
    """
    report = AddReport()
    gone: dict[str, None] = {}
    with _open_reader(library) as reader:
        for place in library.followed:
            if place.kind == "folder":
                read, missing = _look_through(library, place)
            else:
                outcomes = reader.read_again(place.address, ask_gone=remove_gone)
                read, missing = _take(library, outcomes, reader, progress)
            report = report.join(read)
            gone.update(dict.fromkeys(missing if remove_gone else ()))
    kept = {*report.added, *report.updated, *report.unchanged}
    removed = tuple(article_id for article_id in gone if article_id not in kept and library.find(article_id))
    if removed:
        library.remove_all(removed)
        for article_id in removed:
            library.pages.remove_article(article_id)
    return SyncReport(report, removed)


def _look_through(library: Library, place: Place) -> tuple[AddReport, list[str]]:
    """Add what is in a folder; return the report, and the ids of the articles that are there no more.

    A file is not read again where it is as it was the last time, unless another is gone: its articles may stand there.
    """
    if not is_allowed(library.folder, name_followed(place.address)):
        return AddReport(failed=(Failure(place.address, _NOT_YOURS, "untrusted"),)), []
    folder, settings = Path(place.address), library.settings
    files = list_files([folder])
    stamps = {str(path.resolve()): _stamp_file(path, place) for path in files if isinstance(path, Path)}
    known = {page.address: page.stamp for page in library.pages.listed_in(place.address)}
    same = {path for path, stamp in stamps.items() if stamp and known.get(path) == stamp}
    if known.keys() - stamps.keys():
        same.clear()
    changed = [path for path in files if isinstance(path, Failure) or str(path.resolve()) not in same]
    report = library.add(
        read_files_in_subprocesses(changed, settings.max_file_mb, settings.file_seconds, place.columns)
    )
    there = [article_id for article_id, origin in library.origins() if same & _list_places(origin)]
    report = report.join(AddReport(unchanged=tuple(there)))
    failed = {path for failure in report.failed for path in _list_places(failure.origin)}
    for path in known.keys() - stamps.keys():
        library.pages.remove(path)
    for path in stamps.keys() - same - failed:
        library.pages.put(KnownPage(path, place.address, stamps[path]))
    return report, list(_find_gone_files(library, folder, report))


def _stamp_file(path: Path, place: Place) -> str:
    """What changes when a file does, or how it is read; nothing where that can't be settings."""
    try:
        known = path.stat()
    except OSError:
        return ""
    return json.dumps([known.st_size, known.st_mtime_ns, known.st_ctime_ns, dict(place.columns)])


def _list_places(origin: str) -> set[str]:
    """What an article may have been read from: of a.zip#b.zip#0 these are a.zip, a.zip#b.zip and the whole."""
    return {origin[:n] for n, sign in enumerate(f"{origin}#") if sign == "#"}


def forget_place(library: Library, place: str) -> bool:
    """Have `sync` look at a feed, sitemap or folder no more; its articles stay. True where it was followed."""
    names = [place, str(Path(place).resolve())]
    return sum(library.followed.remove(name) for name in names) > 0


@contextmanager
def _open_reader(library: Library) -> Iterator[WebReader]:
    settings = library.settings
    fetcher = Fetcher(
        settings.max_file_mb * 1024 * 1024,
        settings.web_seconds,
        settings.web_delay,
        allow_private=settings.allow_private,
    )
    with BytesReader(settings.max_file_mb, settings.file_seconds) as content:
        yield WebReader(fetcher, content, library.pages, library.followed, library.find)


def _take(
    library: Library, outcomes: Iterator[Outcome], reader: WebReader, progress: Progress | None
) -> tuple[AddReport, list[str]]:
    """Add what comes, some at a time; return the report, and the ids of the articles whose pages are gone."""
    report = AddReport()
    gone: list[str] = []
    watched = _watch(outcomes, reader, progress)
    while together := list(islice(watched, _TOGETHER)):
        given: list[Article | Failure] = [o.given for o in together if o.given is not None]
        if given:
            report = report.join(library.add(given))
        report = report.join(AddReport(unchanged=tuple(o.unchanged for o in together if o.unchanged)))
        for outcome in together:
            if outcome.page:
                library.pages.put(outcome.page)
            if outcome.gone:
                library.pages.remove(outcome.gone.address)
                gone += [outcome.gone.article_id] if outcome.gone.article_id else []
    return report, gone


def _watch(outcomes: Iterator[Outcome], reader: WebReader, progress: Progress | None) -> Iterator[Outcome]:
    for done, outcome in enumerate(outcomes, start=1):
        yield outcome
        if progress is not None:
            progress(done, max(done, reader.total))


def _find_gone_files(library: Library, folder: Path, read: AddReport) -> Iterator[str]:
    """Ids of the articles that were read from files in a folder, and are there no more."""
    if not folder.is_dir():
        return
    seen = {*read.added, *read.updated, *read.unchanged}
    failed = {failure.origin for failure in read.failed}
    for article_id, origin in library.origins():
        if origin.startswith(f"{folder}/") and article_id not in seen and not _list_places(origin) & failed:
            yield article_id
