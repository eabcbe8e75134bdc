"""The SDK's server with what it leaves to us: lists in pages, and errors of one line that say what to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib.metadata import version
from typing import Any

from anyio import to_thread
from mcp import MCPError
from mcp.server.context import ServerRequestContext
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ResourceNotFoundError, ToolError, UnexpectedToolError
from mcp.server.mcpserver.prompts import Prompt
from mcp.server.mcpserver.tools import Tool
from mcp_types import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    CallToolResult,
    GetPromptResult,
    InputRequiredResult,
    ListResourcesResult,
    PaginatedRequestParams,
)
from pydantic import AnyUrl, ValidationError
from pydantic_core import ErrorDetails

from index import DatelineError, join_lines
from ui.api.mcp.resources import list_resources
from ui.api.service import Service
from ui.chat.session import Sessions

_MOST_SAID = 5  # mistakes in one call
_LONGEST_NAME, _LONGEST_LINE = 100, 300  # characters, of what a client sends
_MISSING = "the argument {!r} is missing"
_WRONG_CURSOR = "The cursor is none that this server gave. List the resources without one."


class LibraryServer(MCPServer[Any]):
    """A server over one library. Who calls a tool wrongly reads what is wrong, and what there is instead."""

    def __init__(
        self,
        instructions: str,
        tools: Sequence[Tool],
        prompts: Sequence[Prompt],
        service: Service,
        sessions: Sessions | None,
    ) -> None:
        super().__init__(
            "dateline",
            title="Dateline",
            instructions=instructions,
            version=version("dateline"),
            log_level="WARNING",
            tools=list(tools),
        )
        self._service = service
        self._sessions = sessions
        self._arguments = {tool.name: list(tool.parameters["properties"]) for tool in tools}
        self._prompts = {prompt.name: prompt.arguments or [] for prompt in prompts}
        for prompt in prompts:
            self.add_prompt(prompt)

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[Any, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """Call a tool. Raises ToolError with one line."""
        if name not in self._arguments:
            raise ToolError(_explain_name("tool", name, self._arguments))
        try:
            return await super().call_tool(name, arguments, context)
        except UnexpectedToolError:
            raise
        except ToolError as error:
            wrong = error.__cause__
            if isinstance(wrong, ValidationError):
                raise ToolError(_explain_arguments(name, _list_wrong(wrong), self._arguments[name])) from wrong
            raise ToolError(str(wrong or error)) from None

    async def get_prompt(
        self, name: str, arguments: dict[str, Any] | None = None, context: Context[Any, Any] | None = None
    ) -> GetPromptResult | InputRequiredResult:
        """Get a prompt with its arguments in it. Raises MCPError with one line."""
        if name not in self._prompts:
            raise MCPError(code=INVALID_PARAMS, message=_explain_name("prompt", name, self._prompts))
        try:
            return await super().get_prompt(name, arguments, context)
        except ValueError as error:
            takes = [argument.name for argument in self._prompts[name]]
            missing = [a.name for a in self._prompts[name] if a.required and a.name not in (arguments or {})]
            wrong = _find_wrong(error)
            said = [_MISSING.format(part) for part in missing] if wrong is None else _list_wrong(wrong)
            raise MCPError(code=INVALID_PARAMS, message=_explain_arguments(name, said, takes)) from None

    async def read_resource(self, uri: AnyUrl | str, context: Context[Any, Any] | None = None) -> Any:
        """Read a resource by its address. Raises ResourceError with one line."""
        try:
            return await super().read_resource(uri, context)
        except ResourceNotFoundError as error:
            said = join_lines(str(error))[:_LONGEST_LINE].rstrip(".")
            raise ResourceNotFoundError(f"{said}. The list of resources has the addresses that there are.") from None

    async def _handle_list_resources(
        self, ctx: ServerRequestContext[Any], params: PaginatedRequestParams | None
    ) -> ListResourcesResult:
        """A page of the list; the SDK's own has everything in one."""
        cursor = (params.cursor if params else None) or "0"
        if not cursor.isascii() or not cursor.isdecimal() or len(cursor) > 9:
            raise MCPError(code=INVALID_PARAMS, message=_WRONG_CURSOR)
        asking = Context(request_context=ctx, mcp_server=self)
        try:
            return await to_thread.run_sync(list_resources, self._service, self._sessions, asking, int(cursor))
        except DatelineError as error:
            raise MCPError(code=INTERNAL_ERROR, message=self._service.explain(error)) from None


def _explain_name(kind: str, name: str, known: Iterable[str]) -> str:
    return f"There is no {kind} {name[:_LONGEST_NAME]!r}. There are: {', '.join(known)}."


def _explain_arguments(name: str, wrong: Iterable[str], takes: Iterable[str]) -> str:
    return join_lines(f"{name}: {'; '.join(wrong)}. It takes {', '.join(takes)}.")


def _list_wrong(error: ValidationError) -> list[str]:
    return [_explain_argument(wrong) for wrong in error.errors(include_url=False)[:_MOST_SAID]]


def _explain_argument(wrong: ErrorDetails) -> str:
    place = ".".join(map(str, wrong["loc"]))[:_LONGEST_NAME]
    match wrong["type"]:
        case "extra_forbidden" | "unexpected_keyword_argument":
            return f"it has no argument {place!r}"
        case "missing":
            return _MISSING.format(place)
        case "tuple_type":
            return f"{place!r} must be a list"
        case _:
            return f"{place!r} is wrong: {wrong['msg']}"


def _find_wrong(error: BaseException | None) -> ValidationError | None:
    """The arguments that were found wrong on the way to an error."""
    return error if error is None or isinstance(error, ValidationError) else _find_wrong(error.__cause__)
