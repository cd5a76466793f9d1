"""The JSON of ``sesictrl print-license``: strictly read, and each line of it accounted for."""

import json
import re
from typing import NoReturn
from zoneinfo import ZoneInfo

from licensing.collectors.formats import not_a_capture
from licensing.collectors.lines import shown
from licensing.collectors.reading import Diagnostic, Reading
from licensing.collectors.servers import FoundServer, as_whole, servers_and_features
from licensing.collectors.sesinetd_records import Records
from licensing.errors import NotACapture

_LISTS = ("licenses", "license_list", "keys", "results")
_BESIDE = frozenset({"server_list", "server", "servers", "errors"})
_BEGIN = re.compile(r"^[ \t]*[\[{]", re.MULTILINE)


def holds_json(text: str) -> bool:
    """Report whether a line of the text begins as JSON does."""
    return _BEGIN.search(text.removeprefix("\ufeff")) is not None


def read_json(text: str, *, zone: ZoneInfo) -> Reading:
    """Read the text of ``print-license --format json``. Raises ``NotACapture`` where it is not in a known shape."""
    text = text.removeprefix("\ufeff")
    notes = Notes(text)
    document = _document(text, notes)
    licences = _licences(document)
    server = _server(document, notes)
    # Errors and no licence is what a server that could not be asked comes to.
    server.answers = bool(licences) or server.error is None
    Records(server, notes, zone).read(licences)
    for key in document if isinstance(document, dict) else ():
        if key not in _LISTS and key not in _BESIDE:
            notes.doubt_key(key)
    readings, features = servers_and_features([server], refuse=_unasked)
    return as_whole(readings, features, diagnostics=notes.diagnostics(), lines=notes.total)


class Notes:
    """The lines of a JSON text and the doubts about them; a doubt is laid to the line where its key first stands."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")
        self._doubts: dict[int, list[str]] = {}
        self._places: dict[str, int] = {}
        self._begin = 0
        self.total = sum(1 for line in self._lines if line.strip())

    def begin_at(self, offset: int, text: str) -> None:
        """Note where the JSON begins. One line before it is as it should be; more of them are not known."""
        self._begin = text.count("\n", 0, offset)
        before = [number for number in range(self._begin) if self._lines[number].strip()]
        for number in before[1:]:
            self._note(number, "not a line that is known")

    def doubt_key(self, key: str, *, reason: str = "") -> None:
        """Doubt the line of a key; once for each reason, since every record may have it."""
        words = reason or f"“{key[:80]}” is not a key that is known"
        if key not in self._places:
            mark, lines = json.dumps(key, ensure_ascii=False), range(self._begin, len(self._lines))
            self._places[key] = next((one for one in lines if mark in self._lines[one]), self._begin)
        self._note(self._places[key], words)

    def _note(self, number: int, reason: str) -> None:
        reasons = self._doubts.setdefault(number, [])
        if reason not in reasons:
            reasons.append(reason)

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Return one diagnostic for each line in doubt, in the order of the text."""
        return tuple(
            Diagnostic(number + 1, shown(self._lines[number]), "; ".join(reasons))
            for number, reasons in sorted(self._doubts.items())
        )


def _document(text: str, notes: Notes) -> object:
    """Return what the JSON says; refuses what is not one whole JSON text."""
    found = _BEGIN.search(text)
    if found is None:  # pragma: no cover - asked before
        raise not_a_capture("There is no JSON in this text.")
    offset = found.end() - 1
    notes.begin_at(offset, text)
    decoder = json.JSONDecoder(object_pairs_hook=_strict_object, parse_constant=_no_constant, parse_float=_no_float)
    try:
        document, end = decoder.raw_decode(text, offset)
    except json.JSONDecodeError as error:
        line = text.count("\n", 0, error.pos) + 1
        raise not_a_capture(
            f"The JSON breaks off or is broken at line {line} ({error.msg}): collect it again, whole."
        ) from error
    except (ValueError, RecursionError) as error:
        raise not_a_capture("The JSON holds a number or a nesting that no licence server prints.") from error
    if text[end:].strip():
        line = text.count("\n", 0, end) + 1
        raise not_a_capture(f"After line {line} something follows the JSON: send one answer of sesictrl at a time.")
    return document


def _strict_object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise not_a_capture(f"The key “{twice[:80]}” stands twice in one object, so nobody knows which counts.")
    return found


def _no_constant(word: str) -> NoReturn:
    raise not_a_capture(f"“{word}” is no number that a licence server prints.")


def _no_float(word: str) -> NoReturn:
    raise not_a_capture(f"“{word[:80]}” is no number of seats.")


def _unasked(failure: str | None) -> NotACapture:
    return not_a_capture(f"sesictrl lists no licence and says “{failure}”: see that the server runs, and try again.")


def _server(document: object, notes: Notes) -> FoundServer:
    """Return the server: an object may name it, and says so where it has errors."""
    server = FoundServer(answers=True)
    if not isinstance(document, dict):
        return server
    named = document.get("server")
    if isinstance(named, dict):
        server.name, server.version = str(named.get("host", ""))[:240], str(named.get("version", ""))[:80] or None
    elif isinstance(document.get("server_list"), str):
        server.name = str(document["server_list"])[:240]
    errors = document.get("errors")
    said = [str(one) for one in errors if str(one).strip()] if isinstance(errors, list) else []
    if said:
        server.error = said[0][:200]
        notes.doubt_key("errors", reason=f"the server says: {said[0][:200]}")
    return server


def _licences(document: object) -> list[object]:
    """Return the list of licences; refuses where none of the known keys holds one, naming those that are there."""
    if isinstance(document, list):
        return document
    held = [key for key in _LISTS if isinstance(document, dict) and isinstance(document.get(key), list)]
    if not isinstance(document, dict) or len(held) != 1:
        keys = ", ".join(f"“{key[:80]}”" for key in list(document)[:10]) if isinstance(document, dict) else "no key"
        raise not_a_capture(f"There is no one list of licences among the keys of this JSON ({keys}).")
    found: list[object] = document[held[0]]
    return found
