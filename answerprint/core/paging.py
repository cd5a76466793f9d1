"""Lists page by cursor: the sort key of the last row shown, so that a page stays put while rows come in before it."""

import base64
import binascii
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from answerprint.core.problems import Invalid

Row = TypeVar("Row")
Key = tuple[str | int, ...]

_NO_DATABASE = re.compile(r"[\x00\ud800-\udfff]")

PAGE_SIZE = 50
PAGE_SIZE_MAX = 500


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which page is asked for: after which key (``None``: the first), and how many rows."""

    after: Key | None = None
    limit: int = PAGE_SIZE


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows, and the cursor of the page that follows (``None``: this is the last)."""

    items: Sequence[Row]
    next: str | None


def cut(rows: Sequence[Row], request: PageRequest, key: Callable[[Row], Key]) -> Page[Row]:
    """Make a page of ``rows``, which were fetched with one more than the limit to see whether more follow."""
    shown = rows[: request.limit]
    more = len(rows) > request.limit
    return Page(items=shown, next=write_cursor(key(shown[-1])) if more else None)


def write_cursor(key: Key) -> str:
    """Write a sort key as text that fits an address."""
    return base64.urlsafe_b64encode(json.dumps(key, separators=(",", ":")).encode()).rstrip(b"=").decode()


def read_cursor(text: str, *, shape: tuple[type, ...]) -> Key:
    """Read a cursor of the given shape; raises ``Invalid`` naming the field where it is not one of ours."""
    try:
        key = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, binascii.Error) as error:
        raise _bad_cursor() from error
    if not isinstance(key, list) or [type(part) for part in key] != list(shape) or not all(map(_is_plain, key)):
        raise _bad_cursor()
    return tuple(key)


def _is_plain(part: str | int) -> bool:
    """Report whether a database can compare with this: no NUL, no lone surrogates, no number beyond 64 bits."""
    return not _NO_DATABASE.search(part) if isinstance(part, str) else abs(part) < 2**63


def _bad_cursor() -> Invalid:
    sentence = "This cursor was not made by this list. Start again without it."
    return Invalid(sentence, fields={"cursor": [sentence]})
