"""Addresses into a library, and keeping up with what it follows, against a real server."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from index import DatelineError, Failure, Library
from index.fetch import follow
from index.fetch.follow import SyncReport, add_urls, follow_folders, forget_place, sync_library
from index.read.files import read_files
from index.read.subprocesses import read_files_in_subprocesses
from index.read.walk import list_files
from tests.index.fetch.site import Reply, Site, conditional, make_rss, make_sitemap, page

DATED = '<meta property="article:published_time" content="2024-03-04T05:06:07Z">'
TEXT = "A note of the harbour master about the pier, which was closed on Friday."


def titles(library: Library) -> set[str]:
    return {article.title for article in library.articles()}


def put_feed(site: Site, *names: str, more: str = "") -> str:
    """A feed of the pages /a, /b …; gives its address."""
    items = [(f"{site.url}/{name}", f"Item {name}", more) for name in names]
    site.replies["/feed"] = conditional(Reply(make_rss(items)), f'"{"-".join(names)}{more}"')
    for name in names:
        site.replies.setdefault(f"/{name}", conditional(page(f"Page {name}", name), f'"{name}"'))
    return f"{site.url}/feed"


def test_a_page_is_added_with_its_address_and_date(web_library: Library, site: Site) -> None:
    site.replies["/news/bridge?utm_source=x"] = page("Bridge closed", head=DATED)
    report = add_urls(web_library, [f"{site.url}/news/bridge?utm_source=x"])
    (article,) = web_library.articles()
    assert report.added == (article.id,)
    assert (article.title, article.url) == ("Bridge closed", f"{site.url}/news/bridge")
    assert article.published == datetime(2024, 3, 4, 5, 6, 7, tzinfo=UTC)
    assert list(web_library.followed) == []  # a page is no feed


def test_a_page_is_asked_for_again_only_if_it_has_changed(web_library: Library, site: Site) -> None:
    url = f"{site.url}/a"
    site.replies["/a"] = conditional(page("Bridge closed"), '"1"')
    (added,) = add_urls(web_library, [url]).added
    assert add_urls(web_library, [url]).unchanged == (added,)
    assert site.asked[-1][1]["if-none-match"] == '"1"'
    site.replies["/a"] = conditional(page("Bridge closed", "again"), '"2"')
    assert add_urls(web_library, [url]).updated == (added,)
    assert len(web_library.versions(added)) == 1
    web_library.remove(added)
    assert add_urls(web_library, [url]).added == (added,)  # what was removed is sent again


def test_where_a_page_leads_elsewhere_the_last_address_is_its_own(web_library: Library, site: Site) -> None:
    site.replies |= {"/old": Reply(status=301, headers={"Location": "/new"}), "/new": page("Bridge closed")}
    first = add_urls(web_library, [f"{site.url}/old"]).added
    assert add_urls(web_library, [f"{site.url}/new"]).unchanged == first
    assert [a.url for a in web_library.articles()] == [f"{site.url}/new"]


def test_no_page_can_write_into_an_article_of_another_site(web_library: Library, site: Site) -> None:
    web_library.add([{"url": "https://post.example/bridge", "title": "Bridge", "text": TEXT}])
    (before,) = web_library.articles()
    site.replies["/a"] = page("Bridge open", head='<link rel="canonical" href="https://post.example/bridge">')
    site.replies["/b"] = page("Bridge open", "b", head=f'<link rel="canonical" href="{site.url}/canonical">')
    assert len(add_urls(web_library, [f"{site.url}/a", f"{site.url}/b"]).added) == 2
    assert web_library.get(before.id) == before
    assert {a.url for a in web_library.articles()} == {before.url, f"{site.url}/a", f"{site.url}/canonical"}


def test_other_kinds_of_files_are_read_too(web_library: Library, site: Site) -> None:
    rows = [{"id": f"row-{n}", "title": f"Row {n}", "text": f"{TEXT} {n}"} for n in range(3)]
    site.replies["/rows"] = Reply(json.dumps(rows).encode(), headers={"Content-Type": "application/json"})
    site.replies["/note.txt"] = Reply(TEXT.encode(), headers={"Content-Type": "text/plain"})
    report = add_urls(web_library, [f"{site.url}/rows", f"{site.url}/note.txt"])
    assert len(report.added) == 4
    assert web_library.get("row-2").title == "Row 2"


@pytest.mark.parametrize("charset", ["windows-1251", "utf-8"])
def test_a_charset_that_the_server_alone_names_is_believed(web_library: Library, site: Site, charset: str) -> None:
    words = "Городской совет проголосовал в понедельник за закрытие старого моста для грузовиков."
    body = f"<html><body><article><h1>Мост</h1><p>{words}</p><p>{words} Снова.</p></article></body></html>"
    # What is UTF-8 is UTF-8, whatever the server says.
    site.replies["/a"] = Reply(body.encode(charset), headers={"Content-Type": "text/html; charset=windows-1251"})
    add_urls(web_library, [f"{site.url}/a"])
    (article,) = web_library.articles()
    assert words in article.text


def test_what_can_not_be_had_is_named_and_the_rest_goes_on(web_library: Library, site: Site) -> None:
    site.replies["/a"] = page("Bridge closed")
    site.replies["/empty"] = Reply(b"<html><body></body></html>", headers={"Content-Type": "text/html"})
    bad = [f"{site.url}/none", "ftp://example.org/a", f"{site.url}/empty", "https://no-such-host.invalid/"]
    report = add_urls(web_library, [*bad, f"{site.url}/a"])
    assert len(report.added) == 1
    reasons = {failure.origin: failure.reason for failure in report.failed}
    assert list(reasons) == bad
    assert "404 (Not Found)" in reasons[bad[0]]
    assert "only http and https" in reasons[bad[1]]
    assert "no article" in reasons[bad[2]]
    assert "can't be found" in reasons[bad[3]]


def test_a_feed_gives_the_articles_of_its_pages_and_is_followed(web_library: Library, site: Site) -> None:
    more = "<pubDate>Mon, 04 Mar 2024 05:06:07 +0100</pubDate><author>a@b.c (A. Writer)</author>"
    url = put_feed(site, "a", "b", more=more)
    site.replies["/b"] = page("Page b", "b", head=DATED)
    report = add_urls(web_library, [url])
    assert (len(report.added), report.failed) == (2, ())
    found = {a.title: a for a in web_library.articles()}
    assert set(found) == {"Page a", "Page b"}
    # What the page says comes first, what only the feed says fills in.
    assert found["Page a"].published == datetime(2024, 3, 4, 4, 6, 7, tzinfo=UTC)
    assert found["Page a"].date_evidence == "feed"
    assert found["Page b"].published == datetime(2024, 3, 4, 5, 6, 7, tzinfo=UTC)
    assert "feed" not in str(found["Page b"].date_evidence)
    assert [(p.address, p.kind) for p in web_library.followed] == [(url, "feed")]


def test_sync_reads_what_is_new_and_nothing_else(web_library: Library, site: Site) -> None:
    add_urls(web_library, [put_feed(site, "a", "b")])
    assert site.paths() == ["/feed", "/a", "/b"]
    assert sync_library(web_library).added.added == ()
    assert site.paths() == ["/feed"]  # 304
    put_feed(site, "c", "a", "b")
    assert len(sync_library(web_library).added.added) == 1
    assert site.paths() == ["/feed", "/c"]
    put_feed(site, "d")  # older ones fall out of a feed, and stay
    sync_library(web_library)
    assert titles(web_library) == {"Page a", "Page b", "Page c", "Page d"}


def test_what_the_feed_says_anew_of_a_page_makes_it_be_asked_for(web_library: Library, site: Site) -> None:
    add_urls(web_library, [put_feed(site, "a")])
    site.replies["/a"] = conditional(page("Page a", "corrected"), '"a2"')
    put_feed(site, "a", more="<description>Corrected.</description>")
    assert len(sync_library(web_library).added.updated) == 1
    put_feed(site, "a", more="<description>Corrected twice.</description>")
    assert len(sync_library(web_library).added.unchanged) == 1
    assert site.asked[-1][1]["if-none-match"] == '"a2"'


@pytest.mark.parametrize("reply", [Reply(status=403), Reply(b"<html><body></body></html>"), Reply(status=404)])
def test_where_a_page_can_not_be_had_the_feed_s_own_words_are_taken(
    web_library: Library, site: Site, reply: Reply
) -> None:
    url = put_feed(site, "a", more=f"<description>{TEXT}</description>")
    site.replies["/a"] = reply
    assert add_urls(web_library, [url]).failed == ()
    (article,) = web_library.articles()
    assert (article.title, article.text, article.url) == ("Item a", TEXT, f"{site.url}/a")
    site.paths()
    put_feed(site, "a", "b", more=f"<description>{TEXT}</description>")
    sync_library(web_library)
    assert site.paths() == ["/feed", "/b"]  # the page is not asked for again and again


def test_a_page_that_fails_for_now_is_asked_for_at_the_next_sync(web_library: Library, site: Site) -> None:
    url = put_feed(site, "a", "b")
    site.replies["/a"] = Reply(status=500)
    report = add_urls(web_library, [url])
    assert [f.origin for f in report.failed] == [f"{site.url}/a"]
    site.replies["/a"] = page("Page a")
    report = sync_library(web_library).added
    assert (len(report.added), report.failed) == (1, ())
    assert titles(web_library) == {"Page a", "Page b"}


def test_a_page_without_an_article_is_told_once(web_library: Library, site: Site) -> None:
    site.replies |= {
        "/sitemap.xml": Reply(make_sitemap([(f"{site.url}/a", ""), (f"{site.url}/empty", "")])),
        "/a": page("Page a"),
        "/empty": Reply(b"<html><body></body></html>"),
    }
    assert len(add_urls(web_library, [f"{site.url}/sitemap.xml"]).failed) == 1
    assert sync_library(web_library).added.failed == ()


def test_atom_and_json_feeds_are_followed_too(web_library: Library, site: Site) -> None:
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>Post</title><entry><title>Item</title>'
        '<link href="/a"/><id>urn:x</id></entry></feed>'
    )
    items = [{"id": "1", "url": f"{site.url}/b", "content_text": "x"}, {"id": "2", "title": 7}, 3]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Post", "items": items}
    site.replies |= {
        "/atom": Reply(atom.encode(), headers={"Content-Type": "application/atom+xml"}),
        "/json": Reply(json.dumps(feed).encode(), headers={"Content-Type": "application/feed+json"}),
        "/a": page("Page a", "a"),
        "/b": page("Page b", "b"),
    }
    report = add_urls(web_library, [f"{site.url}/atom", f"{site.url}/json"])
    assert (len(report.added), report.failed) == (2, ())
    assert [p.kind for p in web_library.followed] == ["feed", "feed"]


def test_sitemaps_of_sitemaps_and_of_news_are_read(web_library: Library, site: Site) -> None:
    news = (
        "<lastmod>2024-03-05</lastmod><news:news><news:publication><news:name>The Post</news:name><news:language>en"
        "</news:language></news:publication><news:publication_date>2024-03-04</news:publication_date>"
        "<news:title>Item a</news:title></news:news>"
    )
    nested = [(f"{site.url}/one.xml", ""), (f"{site.url}/index.xml", ""), (f"{site.url}/two.xml", "")]
    site.replies |= {
        "/index.xml": Reply(make_sitemap(nested, "sitemap")),
        "/one.xml": Reply(make_sitemap([(f"{site.url}/a", news)])),
        "/two.xml": Reply(make_sitemap([(f"{site.url}/b", ""), (f"{site.url}/a", news)])),
        "/a": page("Page a", "a"),
        "/b": page("Page b", "b"),
    }
    report = add_urls(web_library, [f"{site.url}/index.xml"])
    assert (len(report.added), report.failed) == (2, ())
    dated = next(a for a in web_library.articles() if a.title == "Page a")
    assert (dated.published, dated.source) == (datetime(2024, 3, 4, tzinfo=UTC), "The Post")
    assert dated.date_evidence == "sitemap"
    assert site.paths().count("/a") == 1
    assert [(p.address, p.kind) for p in web_library.followed] == [(f"{site.url}/index.xml", "sitemap")]
    site.replies["/one.xml"] = Reply(make_sitemap([(f"{site.url}/a", news.replace("03-05", "03-06"))]))
    site.replies["/a"] = page("Page a", "changed")
    assert len(sync_library(web_library).added.updated) == 1
    assert site.paths() == ["/index.xml", "/one.xml", "/a", "/two.xml"]


def test_gone_pages_go_only_where_it_is_asked_and_the_server_says_so(web_library: Library, site: Site) -> None:
    add_urls(web_library, [put_feed(site, "a", "b", "c")])
    put_feed(site, "c")
    site.replies["/a"] = Reply(status=410)
    assert sync_library(web_library).removed == ()
    site.replies["/feed"] = Reply(status=500)
    assert sync_library(web_library, remove_gone=True).removed == ()
    assert titles(web_library) == {"Page a", "Page b", "Page c"}
    put_feed(site, "c")
    site.replies["/b"] = Reply(status=500)
    assert len(sync_library(web_library, remove_gone=True).removed) == 1
    assert titles(web_library) == {"Page b", "Page c"}  # 500 is not gone
    site.replies["/b"] = page("Page b", "b")
    assert sync_library(web_library, remove_gone=True).removed == ()


def test_a_folder_is_followed(web_library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "cuttings"
    folder.mkdir()
    for name in ("one", "two"):
        (folder / f"{name}.txt").write_text(f"{TEXT} The {name} is here.")
    (folder / "rows.csv").write_text(f"id,kicker,text\nrow,Kicker,{TEXT}\n")
    columns = {"title": "kicker"}
    web_library.add(read_files(list_files([folder]), 1, columns))
    follow_folders(web_library, [folder], columns)
    before = {a.id: a.text for a in web_library.articles()}
    assert sync_library(web_library, remove_gone=True).removed == ()
    assert {a.id: a.text for a in web_library.articles()} == before

    (folder / "one.txt").unlink()
    (folder / "copy.txt").write_text((folder / "two.txt").read_text())
    (folder / "three.txt").write_text(f"{TEXT} The three is here.")
    (folder / "rows.csv").write_text(f"id,kicker,text\nrow,Other,{TEXT}\n")
    report = sync_library(web_library)
    assert (len(report.added.added), report.added.updated, report.removed) == (1, ("row",), ())
    assert web_library.get("row").title == "Other"
    (folder / "two.txt").unlink()
    assert len(sync_library(web_library, remove_gone=True).removed) == 1  # its copy is there still
    assert {a.text.split()[-3] for a in web_library.articles() if a.id != "row"} == {"two", "three"}


def test_only_files_that_have_changed_are_read_again(
    web_library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "cuttings"
    folder.mkdir()
    read: list[str] = []

    def watch(files: list[Path], *limits: Any, **more: Any) -> Any:
        read.extend(sorted(file.name for file in files))
        return read_files_in_subprocesses(files, *limits, **more)

    monkeypatch.setattr(follow, "read_files_in_subprocesses", watch)
    for name in ("copy.txt", "note.txt"):
        (folder / name).write_text(TEXT)
    (folder / "rows.csv").write_text(f'id,text\nrow,"{TEXT}"\nother,"{TEXT} It is."\n')
    (folder / "void.txt").touch()
    follow_folders(web_library, [folder], {})

    def look(*, remove_gone: bool = False) -> tuple[list[str], SyncReport]:
        read.clear()
        report = sync_library(web_library, remove_gone=remove_gone)
        return list(read), report

    names = ["copy.txt", "note.txt", "rows.csv", "void.txt"]
    first = look()
    assert (first[0], len(first[1].added.added)) == (names, 3)
    again, report = look(remove_gone=True)
    assert again == []
    assert report.added.failed == (Failure(str(folder / "void.txt"), "it is empty; leave it out", "as before"),)
    assert (set(report.added.unchanged), report.removed) == (set(first[1].added.added), ())
    (folder / "rows.csv").write_text(f'id,text\nrow,"{TEXT}"\nother,"{TEXT} It was."\n')
    assert (look()[0], web_library.get("other").text) == (["rows.csv"], f"{TEXT} It was.")
    follow_folders(web_library, [folder], {"title": "kicker"})
    assert look()[0] == names, "columns are read otherwise"
    (folder / "copy.txt").unlink()  # the article came from here, and stands in the other file too
    again, report = look(remove_gone=True)
    assert (again, report.removed) == (names[1:], ())
    (folder / "note.txt").unlink()
    assert len(look(remove_gone=True)[1].removed) == 1


def test_a_folder_or_file_that_can_not_be_read_takes_nothing_away(web_library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "cuttings"
    folder.mkdir()
    (folder / "one.json").write_text(json.dumps([{"id": "one", "text": TEXT}, {"id": "two", "text": TEXT}]))
    web_library.add(read_files(list_files([folder]), 1))
    follow_folders(web_library, [folder], {})
    (folder / "one.json").write_text("{")
    report = sync_library(web_library, remove_gone=True)
    assert (len(report.added.failed), report.removed) == (1, ())
    folder.rename(tmp_path / "elsewhere")
    report = sync_library(web_library, remove_gone=True)
    assert (len(report.added.failed), report.removed) == (1, ())
    assert web_library.status().articles == 2


def test_an_article_that_another_place_has_stays(web_library: Library, site: Site, tmp_path: Path) -> None:
    folder = tmp_path / "cuttings"
    folder.mkdir()
    file = folder / "one.json"
    file.write_text(json.dumps({"url": f"{site.url}/a", "title": "Page a", "text": TEXT}))
    web_library.add(read_files(list_files([folder]), 1))
    follow_folders(web_library, [folder], {})
    add_urls(web_library, [put_feed(site, "a")])
    assert web_library.status().articles == 1
    file.unlink()
    assert sync_library(web_library, remove_gone=True).removed == ()
    assert web_library.status().articles == 1


def test_what_is_forgotten_is_asked_no_more(web_library: Library, site: Site, tmp_path: Path) -> None:
    add_urls(web_library, [put_feed(site, "a")])
    follow_folders(web_library, [tmp_path], {})
    assert forget_place(web_library, f"{site.url}/feed")
    assert forget_place(web_library, str(tmp_path / "." / "x" / ".."))
    assert not forget_place(web_library, f"{site.url}/feed")
    site.paths()
    assert sync_library(web_library).added == sync_library(web_library, remove_gone=True).added
    assert site.paths() == []
    assert titles(web_library) == {"Page a"}


def test_a_sync_that_is_broken_off_goes_on_where_it_was(
    web_library: Library, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was not committed is not taken for known."""
    url = put_feed(site, *"abcdef")
    monkeypatch.setattr("index.fetch.follow._TOGETHER", 2)
    real_add = web_library.add
    calls: list[int] = []

    def add_twice(*args: object, **more: object) -> object:
        calls.append(1)
        if len(calls) == 3:
            raise DatelineError("the disk is full")
        return real_add(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(web_library, "add", add_twice)
    with pytest.raises(DatelineError):
        add_urls(web_library, [url])
    assert web_library.status().articles == 4
    monkeypatch.setattr(web_library, "add", real_add)
    site.paths()
    assert len(sync_library(web_library).added.added) == 2
    assert site.paths() == ["/feed", "/e", "/f"]
    assert titles(web_library) == {f"Page {name}" for name in "abcdef"}
