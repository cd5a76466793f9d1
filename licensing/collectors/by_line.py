"""How texts of the smaller licence servers are read: line after line, by the first pattern that fits one whole."""

import re
from collections.abc import Callable, Iterable
from typing import Any, ClassVar, TypeAlias

from licensing.collectors.lines import Lines
from licensing.collectors.servers import FoundServer, take_failure

Take: TypeAlias = Callable[[Any, re.Match[str]], None]
"""What a reader does with a line that fits; the reader comes first."""


def meanings(*lines: tuple[str, Take]) -> tuple[tuple[re.Pattern[str], Take], ...]:
    """Return the patterns of whole lines, ready to be tried in this order, each with what is done then."""
    return tuple((re.compile(pattern, re.ASCII), take) for pattern, take in lines)


class LineReader:
    """Reads the lines of one text into ``servers``; a line that no pattern fits is in doubt."""

    meanings: ClassVar[Iterable[tuple[re.Pattern[str], Take]]] = ()

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self.servers = [FoundServer()]

    def read_all(self) -> None:
        """Take in all lines of the text."""
        for line in self._lines:
            self.read(line)

    def read(self, line: str) -> None:
        """Take one line in: an event, or a doubt."""
        for pattern, take in self.meanings:
            found = pattern.fullmatch(line)
            if found is not None:
                take(self, found)
                return
        self._lines.doubt("not a line that is known")
        self.unsettle()

    def unsettle(self) -> None:
        """Take back what a line that is not known may have contradicted; nothing, for most texts."""

    def leave(self) -> None:
        """End what the lines above began, where this text has such a thing."""

    def take_nothing(self, found: re.Match[str]) -> None:
        """Know a line that carries no number that is kept: a heading, a rule."""

    def take_failure(self, found: re.Match[str]) -> None:
        """Take that a server could not be asked."""
        self.leave()
        take_failure(self.servers, found[0], self._lines)

    def begin_server(self, name: str) -> FoundServer:
        """Return a server that begins here; what was said before any name is its own."""
        if self.servers[-1].name or self.servers[-1].is_shown or self.servers[-1].error:
            self.servers.append(FoundServer())
        self.servers[-1].name = name
        return self.servers[-1]
