"""Changing the library: adding articles, files and what is at web addresses; removing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import FastAPI, File, Form, Query, Request, UploadFile
from fastapi.responses import JSONResponse
from pydantic import Field

from index import AddReport, UsageError
from rag import read_chosen_filters
from ui.advice import explain_failure
from ui.api.errors import NothingAddedError
from ui.api.fields import Before, Collections, Sources, Strict
from ui.api.rest.idempotency import KeptAnswers, Key
from ui.api.rest.problems import describe_problems
from ui.api.rest.shapes import RemovedOut, ReportOut
from ui.api.rest.uploads import store_files
from ui.api.service import Service
from ui.wording import name_input, report_to_dict

MOST_ADDED = 1_000  # articles of a request
MOST_ADDRESSES = 20  # of a request
MOST_FILES = 100  # of a request
_Names = list[Annotated[str, Field(max_length=100)]]
_Id = Annotated[str, Field(min_length=1, max_length=500)]


class ArticleIn(Strict):
    """An article. It needs a text, and an id or a url, by which it is known again."""

    text: str = Field(min_length=1, description="Its text, clean or not.")
    id: str | None = Field(None, min_length=1, max_length=500, description="Its identity; without one, its url is.")
    url: str | None = Field(None, min_length=1, max_length=2_000, description="Its address on the web.")
    title: str = Field("", max_length=2_000, description="Its title.")
    source: str | None = Field(None, max_length=500, description="The outlet.")
    authors: list[Annotated[str, Field(max_length=500)]] = Field([], max_length=100, description="Who wrote it.")
    published: str | None = Field(None, max_length=100, description="When, as 2024-03-17 or ISO 8601.")
    modified: str | None = Field(None, max_length=100, description="When it was changed.")
    language: str | None = Field(None, max_length=100, description="Its language as a tag; else it is found out.")
    agency: str | None = Field(None, max_length=100, description="The news agency that wrote it.")
    collections: _Names = Field([], max_length=50, description="The collections that it is put into.")


class AddIn(Strict):
    """Articles to add."""

    articles: list[ArticleIn] = Field(min_length=1, max_length=MOST_ADDED, description="The articles.")


class AddressesIn(Strict):
    """Web addresses to read."""

    addresses: list[Annotated[str, Field(min_length=1, max_length=2_000)]] = Field(
        min_length=1, max_length=MOST_ADDRESSES, description="Of pages, feeds or sitemaps."
    )
    collections: _Names = Field([], max_length=50, description="The collections that all of it is put into.")
    follow: bool = Field(False, description="Have `dateline sync` ask for pages again; feeds are followed anyway.")


class RemoveIn(Strict):
    """What to remove: articles by id, or all from outlets, in collections, and up to a day."""

    ids: list[_Id] = Field([], max_length=MOST_ADDED, description="Whole ids.")
    sources: Sources = ()
    before: Before = None
    collection: Collections = ()


def add_changing_routes(app: FastAPI, service: Service) -> None:
    """Add what changes the library to the API."""
    kept = KeptAnswers()
    by_json: dict[str, Any] = {"response_model": ReportOut, "responses": describe_problems(409, body=True)}
    by_form = describe_problems(400, 409, 411, 413, 422)

    @app.post("/articles", **by_json)
    def add_articles(body: AddIn, request: Request, key: Key = None) -> JSONResponse:
        """Add articles. The same again adds nothing; another text under a known id is an update."""
        given = [article.model_dump(exclude_unset=True) for article in body.articles]
        return kept.answer(request, key, body.model_dump_json(), lambda: _report(service.add(given)))

    @app.post("/articles/web", **by_json)
    def add_addresses(body: AddressesIn, request: Request, key: Key = None) -> JSONResponse:
        """Add what is at web addresses: the article of a page, all of a feed's or sitemap's."""
        return kept.answer(
            request,
            key,
            body.model_dump_json(),
            lambda: _report(service.add_addresses(body.addresses, body.collections, follow=body.follow)),
        )

    @app.post("/articles/files", response_model=ReportOut, responses=by_form)
    def add_files(
        files: Annotated[list[UploadFile], File(min_length=1, max_length=MOST_FILES, description="Of any kind.")],
        request: Request,
        collections: Annotated[
            _Names, Form(max_length=50, description="The collections that all of it is put into.")
        ] = [],  # noqa: B006
        key: Key = None,
    ) -> JSONResponse:
        """Add what is in files, as `dateline add` reads them: html, pdf, docx, json, archives and more."""
        service.check_writable()
        with store_files(files) as (folder, paths):
            content = "\n".join([*(str(path.relative_to(folder)) for path in paths), *collections])
            return kept.answer(
                request, key, content, lambda: _report(service.add_files(paths, folder, collections), name_input)
            )

    @app.delete("/articles/{article_id:path}", response_model=RemovedOut, responses=describe_problems(404))
    def remove_article(article_id: str) -> dict[str, Any]:
        """Remove an article, by its whole id, with its versions."""
        service.remove([article_id])
        return {"removed": [article_id]}

    @app.delete("/articles", response_model=RemovedOut, responses=describe_problems(400, 404, 422))
    def remove_articles(query: Annotated[RemoveIn, Query()]) -> dict[str, Any]:
        """Remove articles by their whole ids, or all from outlets, in collections, and up to a day."""
        filters = read_chosen_filters(None, query.before, query.sources, collections=query.collection).filters
        if bool(query.ids) == bool(filters):  # a blank day limits nothing, and would remove everything
            raise UsageError("name what to remove: either ids, or sources, collection and before.")
        if query.ids:
            service.remove(ids := list(dict.fromkeys(query.ids)))
            return {"removed": ids}
        return {"removed": service.remove_within(filters)}


def _report(report: AddReport, name: Callable[[str], str] = str) -> dict[str, Any]:
    """What became of it, each input by its `name`. Raises NothingAddedError where all of it failed."""
    made = report_to_dict(report, explain_failure)
    failed = [{**failure, "origin": name(failure["origin"])} for failure in made["failed"]]
    if failed and not report.kept:
        raise NothingAddedError(failed)
    return {**made, "failed": failed}
