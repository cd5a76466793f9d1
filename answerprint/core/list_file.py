"""Lists as files for a spreadsheet: what a list shows on all its pages, read from one state of the database.

A list's file stands beside its page, with the same permission and the same read, so that it holds what the page shows
and nothing else::

    @blueprint.get("/people.csv")
    @exports(Permission.PEOPLE_READ)
    def download_people(session):
        return list_file("people", COLUMNS, every_row(lambda page: people(session, page), str))

Rows leave as they are read, a page of the list at a time, so that a long list takes no more room than a short one. The
first of them are read before the answer begins: what the list refuses is refused as on its page.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import wraps
from itertools import chain, islice
from typing import Any, Protocol, TypeVar

from flask import Response, request, stream_with_context, url_for

from answerprint.core.http import View, database
from answerprint.core.paging import PAGE_SIZE_MAX, PageRequest, read_cursor
from answerprint.core.permissions import Permission
from answerprint.core.spreadsheet import csv_line

Row = TypeVar("Row")
Shown_co = TypeVar("Shown_co", covariant=True)
Column = tuple[str, Callable[[Row], object]]
"""The head of a column, and what a row says in it. The head of a time ends in ``(UTC)``."""

_LINES = 250


class Shows(Protocol[Shown_co]):
    """A page of a list: some rows, and the cursor of the page that follows."""

    @property
    def items(self) -> Iterable[Shown_co]:
        """The rows."""

    @property
    def next(self) -> str | None:
        """The cursor, or ``None`` on the last page."""


@dataclass(frozen=True, slots=True)
class ListFile:
    """A file to send: its name without ending, and its lines, which are read as they are sent."""

    name: str
    lines: Iterator[str]


def list_file(name: str, columns: Sequence[Column[Row]], rows: Iterable[Row]) -> ListFile:
    """Return a table of these rows, under a line of heads."""
    heads = csv_line(head for head, _ in columns)
    lines = (csv_line(_written(cell(row)) for _, cell in columns) for row in rows)
    return ListFile(name, chain([heads], lines))


def every_row(read: Callable[[PageRequest], Shows[Row]], *shape: type) -> Iterator[Row]:
    """Yield the rows of all pages of a list, whose cursors have this shape."""
    page = read(PageRequest(limit=PAGE_SIZE_MAX))
    yield from page.items
    while page.next is not None:
        page = read(PageRequest(read_cursor(page.next, shape=shape), PAGE_SIZE_MAX))
        yield from page.items


def known(value: object) -> object:
    """Say ``unknown`` of what is not known, which is another thing than nothing."""
    return "unknown" if value is None else value


def exports(permission: Permission) -> Callable[[View], View]:
    """Declare a route that sends a ``ListFile``; its session only reads, and stays open until the last line is sent."""

    def declare(view: View) -> View:
        @wraps(view)
        def run(*args: Any, **kwargs: Any) -> Response:
            with ExitStack() as sending:
                session = sending.enter_context(database().reading())
                made: ListFile = view(session, *args, **kwargs)
                parts = _parts(made.lines)
                begun = list(islice(parts, 2))
                if len(begun) < 2:
                    return _answer("".join(begun), made.name)
                rest = sending.pop_all()
            response = _answer(stream_with_context(chain(begun, parts)), made.name)
            response.call_on_close(rest.close)
            return response

        vars(run)["answerprint_permission"] = permission
        return run

    return declare


def list_links(
    here: str, following: str | None, *, file: str = "", kept: Iterable[str] = (), **place: Any
) -> dict[str, str]:
    """Return the addresses of a list's next and first page and of its file.

    ``here`` and ``file`` are endpoints, ``following`` the cursor of the next page. Each address says again what this
    one says under the names ``kept``: the filters of the list.
    """
    filters: dict[str, Any] = {name: request.args[name] for name in kept if request.args.get(name)}
    size: dict[str, Any] = {"limit": request.args["limit"]} if "limit" in request.args else {}
    return {
        "next_href": url_for(here, **place, **filters, **size, cursor=following) if following else "",
        "first_href": url_for(here, **place, **filters, **size) if "cursor" in request.args else "",
        "file_href": url_for(file, **place, **filters) if file else "",
    }


def _parts(lines: Iterator[str]) -> Iterator[str]:
    while part := "".join(islice(lines, _LINES)):
        yield part


def _answer(content: str | Iterator[str], name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(content, content_type="text/csv; charset=utf-8", headers=headers)


def _written(value: object) -> object:
    """Write a value as programs and people read it: a time in UTC, a day as a day, nothing as nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    if isinstance(value, date):
        return value.isoformat()
    return ", ".join(map(str, value)) if isinstance(value, tuple | list) else value
