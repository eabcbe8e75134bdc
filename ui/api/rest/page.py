"""The REST API as a page to read, at `/api/docs`."""

from __future__ import annotations

from html import escape
from typing import Any


def write_page(document: dict[str, Any]) -> str:
    """The OpenAPI document as a page to read, without a script."""
    parts = []
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            parts.append(
                f"<h2>{method.upper()} /api{escape(path)}</h2><p>{escape(operation.get('description', ''))}</p>"
            )
            rows = [(p["name"], p.get("required", False), p["schema"]) for p in operation.get("parameters", [])]
            rows += _list_body_fields(document, operation)
            cells = "".join(_row(*row) for row in rows)
            parts.append(f"<table><tr><th>field<th>needed<th>what</tr>{cells}</table>" if rows else "")
            parts.append(f"<p>Answers: {_list_answers(operation)}.</p>")
    title = escape(document["info"]["title"])
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{title}: the REST API</title>"
        "<style>body{font:1rem/1.5 system-ui;margin:2rem auto;max-width:50rem;padding:0 1rem}"
        "td,th{padding:.2rem 1rem .2rem 0;text-align:left;vertical-align:top}</style>"
        f"<h1>{title}: the REST API</h1><p>{escape(document['info']['description'])}</p>"
        "<p>Requests are answered in JSON; an error is a problem as RFC 9457 has it, and its <code>detail</code> says "
        "what to do. "
        f"The same for programs: <a href=openapi.json>openapi.json</a>.</p>{''.join(parts)}</html>"
    )


def _list_body_fields(document: dict[str, Any], operation: dict[str, Any]) -> list[tuple[str, bool, dict[str, Any]]]:
    if "requestBody" not in operation:
        return []
    (content,) = operation["requestBody"]["content"].values()
    schema = document["components"]["schemas"][content["schema"]["$ref"].rsplit("/", 1)[1]]
    required = schema.get("required", [])
    return [(name, name in required, field) for name, field in schema["properties"].items()]


def _list_answers(operation: dict[str, Any]) -> str:
    return ", ".join(
        f"{status} ({escape(answer['description'].rstrip('.'))})" for status, answer in operation["responses"].items()
    )


def _row(name: str, required: bool, schema: dict[str, Any]) -> str:
    about = schema.get("description") or schema.get("title", "")
    default = f" Default: {schema['default']!r}." if "default" in schema and schema["default"] not in ("", None) else ""
    return f"<tr><td><code>{escape(name)}</code><td>{'yes' if required else ''}<td>{escape(about + default)}</tr>"
