"""The lines of an event log, one after the other, however long the log is."""

from collections.abc import Iterable, Iterator
from typing import BinaryIO, NamedTuple, TypeGuard

from licensing.collectors.formats import not_a_capture
from licensing.collectors.lines import MAX_LINE

Source = Iterable[str | bytes] | BinaryIO

_SHOWN = 200
_NOT_UTF8 = "not UTF-8; read byte by byte as Latin-1"
_NUL = "holds a NUL byte; not read"
_TOO_LONG = f"longer than {MAX_LINE} characters; not read"


class NumberedLine(NamedTuple):
    """A line that is not blank, without its end. ``refusal`` is why it cannot be read, ``doubt`` how it was read."""

    number: int
    text: str
    refusal: str | None = None
    doubt: str | None = None


def numbered_lines(source: Source, *, first: int = 1) -> Iterator[NumberedLine]:
    """Give the lines that are not blank, numbered from ``first``; holds one line at a time, and of that its beginning.

    Raises ``NotACapture`` where the log is UTF-16.
    """
    pieces: Iterable[str | bytes] = _pieces(source) if _is_file(source) else source
    for number, piece in enumerate(pieces, start=first):
        line = _read(number, piece)
        if line.text and not line.text.isspace():
            yield line


def _is_file(source: Source) -> TypeGuard[BinaryIO]:
    return hasattr(source, "readline")


def _pieces(source: BinaryIO) -> Iterator[bytes]:
    """Read a file by lines, and of a line without end only its beginning."""
    limit = MAX_LINE * 4
    while piece := source.readline(limit):
        yield piece
        while len(piece) == limit and not piece.endswith(b"\n"):
            piece = source.readline(limit)


def _read(number: int, piece: str | bytes) -> NumberedLine:
    doubt = None
    if isinstance(piece, bytes):
        if number == 1 and piece.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise not_a_capture("The log is in UTF-16: save it as UTF-8, then send it again.")
        try:
            text = piece.decode()
        except UnicodeDecodeError:
            # A long line's beginning may end within a letter; it is refused for its length anyway.
            text, doubt = piece.decode("latin-1"), _NOT_UTF8
    else:
        text = piece
    text = text.rstrip("\r\n")
    if number == 1:
        text = text.removeprefix("\ufeff")
    if len(text) > MAX_LINE:
        return NumberedLine(number, f"{text[:_SHOWN]}…", refusal=_TOO_LONG)
    if "\x00" in text:
        return NumberedLine(number, text.replace("\x00", "␀"), refusal=_NUL)
    return NumberedLine(number, text, doubt=doubt)
