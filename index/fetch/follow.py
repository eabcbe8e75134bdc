"""Adding addresses to a library, and keeping up with the feeds, sitemaps and folders that it follows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from index.fetch.fetcher import Fetcher
from index.fetch.reader import Outcome, WebReader
from index.followed import Place
from index.library import Library
from index.read.apart import read_files_apart
from index.read.walk import list_files
from index.records import AddReport, Article, Failure

Progress = Callable[[int, int], None]  # addresses done, and those met so far
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
    reader = _make_reader(library)
    report, _ = _take(library, (o for url in urls for o in reader.read(url)), reader, progress)
    return report


def follow_folders(library: Library, folders: Iterable[Path], columns: Mapping[str, str]) -> None:
    """Have `sync` look at these folders from now on."""
    for folder in folders:
        library.followed.add(Place(str(folder.resolve()), "folder", columns))


def sync(library: Library, *, remove_gone: bool = False, progress: Progress | None = None) -> SyncReport:
    """Add what is new or has changed in everything that the library follows.

    With `remove_gone`, articles go whose file is no longer in its folder, or whose address, left out by its feed or
    sitemap, is answered with 404 or 410. A folder or feed that can't be read takes nothing away.
    """
    told = library.settings
    reader = _make_reader(library)
    report = AddReport()
    gone: dict[str, None] = {}
    for place in library.followed:
        if place.kind == "folder":
            folder = Path(place.address)
            files = read_files_apart(list_files([folder]), told.max_file_mb, told.file_seconds, place.columns)
            read = library.add(files)
            if remove_gone:
                gone.update(dict.fromkeys(_find_gone_files(library, folder, read)))
        else:
            outcomes = reader.read_again(place.address, ask_gone=remove_gone)
            read, missing = _take(library, outcomes, reader, progress)
            gone.update(dict.fromkeys(missing))
        report = report.join(read)
    kept = {*report.added, *report.updated, *report.unchanged}
    removed = tuple(article_id for article_id in gone if article_id not in kept and library.find(article_id))
    if removed:
        library.remove_all(removed)
        for article_id in removed:
            library.pages.remove_article(article_id)
    return SyncReport(report, removed)


def forget(library: Library, place: str) -> bool:
    """Have `sync` look at a feed, sitemap or folder no more; its articles stay. True where it was followed."""
    names = [place, str(Path(place).resolve())]
    return sum(library.followed.remove(name) for name in names) > 0


def _make_reader(library: Library) -> WebReader:
    told = library.settings
    fetcher = Fetcher(
        told.max_file_mb * 1024 * 1024, told.web_seconds, told.web_delay, allow_private=told.allow_private
    )
    return WebReader(
        fetcher, library.pages, library.followed, lambda id_: library.find(id_) is not None, told.max_file_mb
    )


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
        around = {origin[:n] for n, sign in enumerate(f"{origin}#") if sign == "#"}  # a.zip, a.zip#b.zip, …
        if origin.startswith(f"{folder}/") and article_id not in seen and not around & failed:
            yield article_id
