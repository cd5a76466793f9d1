"""Servers of one text as they are found, and the whole text as a reading."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from licensing.collectors.foreign import is_foreign, refuse
from licensing.collectors.formats import not_a_capture
from licensing.collectors.lines import Lines
from licensing.collectors.reading import (
    Diagnostic,
    FeatureReading,
    Reading,
    ServerMember,
    ServerReading,
    ServerState,
)
from licensing.collectors.seats import Seen
from licensing.errors import NotACapture

FAILURE = re.compile(
    r"(?:\*{3} ERROR:? |[Ee]rror:? |ERROR:? )?"
    r"(?:(?:[Cc]ould not|[Cc]ouldn't|[Cc]annot|[Cc]an't|[Uu]nable to|[Ff]ailed to)"
    r" (?:connect|contact|reach|open|communicate|talk)\b"
    r"|(?:[Nn]o response from|[Cc]onnection (?:refused|timed out|reset)|[Nn]o route to)\b).*",
    re.ASCII,
)
"""That a command could not ask its server, in the words of most of them."""
# A name stands in quotes, before its port, or at the end: the word after "server" may be any other.
_PLACE = re.compile(
    r"\b(?:server|host) (?:\"([\w.@-]{1,240})\"|([\w.@-]{1,240})(?= on port \d|[.!]?$))(?: on port (\d{1,5})\b)?",
    re.ASCII,
)
_HERE = frozenset({"", "localhost", "localhost.localdomain", "127.0.0.1", "::1"})


@dataclass(slots=True)
class FoundServer:
    """One licence server as a text shows it. It ``answers`` where it printed anything of its own."""

    name: str = ""
    version: str | None = None
    error: str | None = None
    answers: bool = False
    is_ready: bool = True
    reported_at: datetime | None = None
    identity: str = ""
    """What tells it from another of the same name, where the text says it."""
    features: dict[str, Seen] = field(default_factory=dict)

    @property
    def is_shown(self) -> bool:
        """Report whether the text says anything of a server: a failure that names none can be laid to none."""
        return self.answers or (self.error is not None and names_a_server(self.name))

    @property
    def state(self) -> ServerState:
        """Return what the lines amount to."""
        if self.answers and self.is_ready:
            return ServerState.UP if self.error is None else ServerState.DEGRADED
        return ServerState.DOWN if self.error is not None or not self.is_ready else ServerState.UNKNOWN

    def feature(self, name: str) -> Seen:
        """Return what is known of a feature."""
        return self.features.setdefault(name, Seen(name))

    def reading(self) -> ServerReading:
        """Return the server as a value."""
        state = self.state
        members = (ServerMember(self.name, state, self.version, error=self.error),) if self.name else ()
        return ServerReading(self.name, state, self.reported_at, self.version, members, error=self.error)

    def feature_readings(self) -> tuple[FeatureReading, ...]:
        """Return its features; all are unknown where it is down."""
        is_down = self.state is ServerState.DOWN
        return tuple(seen.reading(self.name, is_down=is_down) for seen in self.features.values())


def take_failure(servers: list[FoundServer], sentence: str, lines: Lines) -> None:
    """Lay a failure to the server that the sentence or the text names; to one that answered before, it is another's."""
    place = _PLACE.search(sentence)
    host = "" if place is None else (place[1] or place[2]).rstrip(".")
    name = f"{place[3]}@{host}" if place is not None and place[3] else host
    if servers[-1].answers:
        servers.append(FoundServer())
    if not servers[-1].name:
        servers[-1].name = name
    servers[-1].error = servers[-1].error or sentence
    if not names_a_server(servers[-1].name):
        lines.doubt("a server that could not be asked, and nothing says which")


def names_a_server(name: str) -> bool:
    """Report whether a name says which server it is: ``localhost`` is whatever machine the command ran on."""
    host = name.rpartition("@")[2].strip().casefold()
    return host not in _HERE and not host.isdigit()


def line_cut_off(text: str) -> int:
    """Return which of the lines that are not blank has no end, counted from 1; 0 where the text ends with a line.

    A number at the end of such a line may be the first digits of a larger one.
    """
    *_, last = lines = text.removeprefix("\ufeff").split("\n")
    return sum(1 for line in lines if line.strip()) if last.strip() else 0


def as_reading(
    servers: Sequence[FoundServer], lines: Lines, *, text: str, kind: str, command: str, note: NotACapture | None = None
) -> Reading:
    """Return what a text says. Raises ``note``, else why it is no capture of this kind, where it shows no server."""

    def refuse_text(failure: str | None) -> NotACapture:
        return (
            note if note is not None and failure is None else refuse(text, kind=kind, command=command, failure=failure)
        )

    # Most commands fail in the same words, so a failure alone does not say whose text it is.
    if not any(server.answers for server in servers) and is_foreign(text, kind=kind):
        raise refuse_text(None)
    readings, features = servers_and_features(servers, refuse=refuse_text)
    return as_whole(readings, features, diagnostics=lines.diagnostics(), lines=lines.total)


def as_whole(
    readings: Sequence[ServerReading],
    features: tuple[FeatureReading, ...],
    *,
    diagnostics: tuple[Diagnostic, ...],
    lines: int,
) -> Reading:
    """Return the reading; a line that is no diagnostic is an event."""
    return Reading(
        server=readings[0],
        features=features,
        diagnostics=diagnostics,
        lines=lines,
        events=lines - len(diagnostics),
        others=tuple(readings[1:]),
    )


def servers_and_features(
    servers: Sequence[FoundServer], *, refuse: Callable[[str | None], NotACapture]
) -> tuple[list[ServerReading], tuple[FeatureReading, ...]]:
    """Return the servers and their features; refuses a text without one, and one with two answers of the same."""
    shown = [server for server in servers if server.is_shown]
    if not shown:
        raise refuse(next((server.error for server in servers if server.error), None))
    known: set[tuple[str, str]] = set()
    for server in shown:
        key = (server.name.casefold(), server.identity)
        if key in known:
            whose = f"of “{server.name}”" if server.name else "of servers without a name"
            sentence = f"This text holds two answers {whose}, whose seats would count twice: send one answer at a time."
            raise not_a_capture(sentence)
        known.add(key)
    features = tuple(feature for server in shown for feature in server.feature_readings())
    return [server.reading() for server in shown], features
