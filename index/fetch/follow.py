"""Adding addresses to a library, and keeping up with the feeds, sitemaps and folders that it follows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from index.audit.actors import check_may_write
from index.fetch.fetcher import Fetcher
from index.fetch.known_files import know_file, read_known, stamp_file
from index.fetch.web_reader import Outcome, WebReader, is_left_out
from index.library import Library
from index.read.means import describe_means
from index.read.subprocesses import BytesReader, read_files_in_subprocesses
from index.read.walk import list_files
from index.records import AddReport, Article, Failure
from index.storage.places import KnownPage, Place
from index.text.collection_names import read_collections
from index.text.outlets import load_outlets
from index.trust.allowed import is_allowed
from index.trust.claims import allow_own, name_followed

Progress = Callable[[int, int], None]  # addresses done, and those met so far
_NOT_YOURS = "the library says to read it, and you did not, so it is not read"
_TOGETHER = 20  # pages that are added in one go, so that nobody waits for the writer while pages are got


class SyncReport(NamedTuple):
    """What a `sync` did: what was added, the ids of the articles that were removed, and of those whose page is gone."""

    added: AddReport
    removed: tuple[str, ...]
    gone: tuple[str, ...] = ()


class _Gone(NamedTuple):
    """An article whose page is gone; whether its feed or sitemap lists it no more, and whether it is new that it is."""

    article_id: str
    left_out: bool
    is_new: bool


def add_urls(
    library: Library,
    urls: Iterable[str],
    progress: Progress | None = None,
    *,
    follow: bool = False,
    collections: Iterable[str] = (),
) -> AddReport:
    """Add what is at web addresses: the article of a page, all of a feed's or sitemap's, which are followed then.

    With `follow`, pages are followed too: `sync` asks for them again. What is added, then and by `sync`, goes into the
    `collections`.
    What can't be had is a Failure in the report, with the address and the reason, and the rest goes on. A page that
    has not changed since it was read is not sent again.
    """
    names = read_collections(collections)
    with _open_reader(library, names) as reader:
        outcomes = (o for url in urls for o in reader.read(url, follow=follow))
        report, _ = _take(library, outcomes, reader, progress, names)
    if names and report.unchanged:
        library.change_collections(report.unchanged, names)
    return report


def follow_folders(
    library: Library, folders: Iterable[Path], columns: Mapping[str, str], collections: Iterable[str] = ()
) -> None:
    """Have `sync` look at these folders from now on, and put what is there into the `collections`."""
    check_may_write()
    names = read_collections(collections)
    for folder in folders:
        library.followed.add(Place(str(folder.resolve()), "folder", columns, names))
        allow_own(library.place, name_followed(str(folder.resolve())))


def sync_library(library: Library, *, remove_gone: bool = False, progress: Progress | None = None) -> SyncReport:
    """Add what is new or has changed in everything that the library follows.

    With `remove_gone`, articles go whose file is no longer in its folder, or whose address, left out by its feed or
    sitemap or followed by itself, is answered with 404 or 410; else such pages are marked. A folder or feed that can't
    be read takes nothing away.
    """
    report = AddReport()
    gone: dict[str, None] = {}
    marked: dict[str, None] = {}
    with _open_reader(library) as reader:
        for place in library.followed:
            if place.kind == "folder":
                read, missing = _look_through(library, place)
            else:
                if place.kind == "page":
                    outcomes = reader.read_followed_page(place.address)
                else:
                    outcomes = reader.read_again(place.address, ask_gone=remove_gone)
                read, pages = _take(library, outcomes, reader, progress, place.collections)
                missing = [page.article_id for page in pages if place.kind == "page" or page.left_out]
                marked.update(dict.fromkeys(page.article_id for page in pages if page.is_new))
            report = report.join(read)
            gone.update(dict.fromkeys(missing if remove_gone else ()))
    kept = report.kept
    removed = tuple(article_id for article_id in gone if article_id not in kept and library.find(article_id))
    if removed:
        library.remove_all(removed)
        for article_id in removed:
            library.pages.remove_article(article_id)
    return SyncReport(report, removed, tuple(article_id for article_id in marked if article_id not in removed))


def _look_through(library: Library, place: Place) -> tuple[AddReport, list[str]]:
    """Add what is in a folder; return the report, and the ids of the articles that are there no more.

    A file is not read again where it is as it was the last time, and so are, for one that failed, the means of reading
    it; unless another is gone: its articles may stand there. What failed as before is reported in a line a file.
    """
    if not is_allowed(library.place, name_followed(place.address)):
        return AddReport(failed=(Failure(place.address, _NOT_YOURS, "untrusted"),)), []
    folder, settings = Path(place.address), library.settings
    files = list_files([folder])
    stamps = {str(path.resolve()): stamp_file(path, place.columns) for path in files if isinstance(path, Path)}
    known = {page.address: read_known(page.stamp) for page in library.pages.listed_in(place.address)}
    means = describe_means(settings.max_file_mb, settings.file_seconds)
    same = {name for name, stamp in stamps.items() if name in known and known[name].is_as(stamp, means)}
    if known.keys() - stamps.keys():
        same.clear()
    changed = [path for path in files if isinstance(path, Failure) or str(path.resolve()) not in same]
    report = library.add(
        read_files_in_subprocesses(changed, settings.max_file_mb, settings.file_seconds, place.columns, named=()),
        collections=place.collections,
    )
    there = [article_id for article_id, origin in library.origins() if same & _list_places(origin)]
    for name in known.keys() - stamps.keys():
        library.pages.remove(name)
    unread = _group_by_file(report)
    for path in (path for path in changed if isinstance(path, Path)):
        name = str(path.resolve())
        if found := know_file(stamps[name], means, path, unread.get(str(path), ())):
            library.pages.put(KnownPage(name, place.address, found.write()))
        else:
            library.pages.remove(name)
    report = report.join(AddReport(unchanged=tuple(there)))
    report = report.join(AddReport.of_unread(failure for name in sorted(same) for failure in known[name].failures))
    return report, list(_find_gone_files(library, folder, report))


def _group_by_file(report: AddReport) -> dict[str, list[Failure]]:
    """What could not be read, and was left out, by the file that it is or stands in."""
    grouped: dict[str, list[Failure]] = {}
    for failure in [*report.failed, *report.left_out]:
        for place in _list_places(failure.origin):
            grouped.setdefault(place, []).append(failure)
    return grouped


def _list_places(origin: str) -> set[str]:
    """What an article may have been read from: of a.zip#b.zip#0 these are a.zip, a.zip#b.zip and the whole."""
    return {origin[:n] for n, sign in enumerate(f"{origin}#") if sign == "#"}


def forget_place(library: Library, place: str) -> bool:
    """Have `sync` look at a feed, sitemap or folder no more; its articles stay. True where it was followed."""
    check_may_write()
    names = [place, str(Path(place).resolve())]
    return sum(library.followed.remove(name) for name in names) > 0


@contextmanager
def _open_reader(library: Library, collections: tuple[str, ...] = ()) -> Iterator[WebReader]:
    check_may_write()  # for whoever may not, nothing is asked for either
    load_outlets()
    settings = library.settings
    fetcher = Fetcher(
        settings.max_file_mb * 1024 * 1024,
        settings.web_seconds,
        settings.web_delay,
        allow_private=settings.allow_private,
    )
    with BytesReader(settings.max_file_mb, settings.file_seconds) as content:
        yield WebReader(fetcher, content, library.pages, library.followed, library.find, collections)


def _take(
    library: Library,
    outcomes: Iterator[Outcome],
    reader: WebReader,
    progress: Progress | None,
    collections: tuple[str, ...],
) -> tuple[AddReport, list[_Gone]]:
    """Add what comes, some at a time; return the report, and the pages that are gone."""
    report = AddReport()
    gone: list[_Gone] = []
    watched = _watch(outcomes, reader, progress)
    while together := list(islice(watched, _TOGETHER)):
        given: list[Article | Failure] = [o.given for o in together if o.given is not None]
        if given:
            report = report.join(library.add(given, collections=collections))
        report = report.join(AddReport(unchanged=tuple(o.unchanged for o in together if o.unchanged)))
        for outcome in together:
            if outcome.page:
                library.pages.put(outcome.page)
            if page := outcome.gone:
                known = library.pages.get(page.address)
                library.pages.put(page)
                if page.article_id:
                    gone.append(_Gone(page.article_id, left_out=is_left_out(page), is_new=not (known and known.gone)))
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
    seen = read.kept
    failed = {failure.origin for failure in read.failed}
    for article_id, origin in library.origins():
        if origin.startswith(f"{folder}/") and article_id not in seen and not _list_places(origin) & failed:
            yield article_id
