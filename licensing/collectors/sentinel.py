"""Sentinel RMS: what ``lsmon`` prints.

Lines of ``|- key : value`` stand in sections: a feature, and under it its licences and its clients, in any order. The
feature's own numbers count, not the sum of its licences, of which some may be inactive. Tokens in use are the reserved
and the others together, and commuter tokens are some of them. 2,097,150 and 4,294,967,294 mean no limit.
"""

import re
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from licensing.collectors.by_line import LineReader, meanings
from licensing.collectors.lines import Lines
from licensing.collectors.reading import Reading
from licensing.collectors.sentinel_keys import KNOWN
from licensing.collectors.sentinel_sections import FeatureSection, Section
from licensing.collectors.servers import FAILURE, as_reading, line_cut_off

COMMAND = "lsmon"


def read_lsmon(text: str, *, at: datetime | None, zone: ZoneInfo) -> Reading:  # noqa: ARG001 - each time is whole
    """Read the text of ``lsmon``. Raises ``NotACapture`` where it shows no server."""
    lines = Lines(text)
    reader = _Reader(lines, zone, cut_at=line_cut_off(text))
    reader.read_all()
    reader.close(is_end=True)
    return as_reading(reader.servers, lines, text=text, kind="sentinel", command=COMMAND)


class _Reader(LineReader):
    """Reads line after line; what a key means depends on the section it stands in."""

    def __init__(self, lines: Lines, zone: ZoneInfo, *, cut_at: int) -> None:
        super().__init__(lines)
        self._cut_at = cut_at
        self._zone = zone
        self._section: Section | None = None
        self._feature: FeatureSection | None = None

    def read(self, line: str) -> None:
        """Take one line in: an event, or a doubt."""
        if line.startswith("|-"):
            self._read_item(line.removeprefix("|-").strip())
            return
        super().read(line)

    def leave(self) -> None:
        """End the feature."""
        self.close()

    def close(self, *, is_end: bool = False) -> None:
        """Give the last server the last feature."""
        self._end_section()
        if self._feature is not None:
            self._feature.close(self.servers[-1], is_end=is_end)
        self._feature = None

    def _end_section(self) -> None:
        if self._section is not None and self._feature is not None:
            self._feature.take(self._section, self._lines)
        self._section = None

    def _read_item(self, item: str) -> None:
        key, colon, value = item.partition(":")
        key, value = key.strip(), value.strip()
        if not colon or (not value and key in _SECTIONS):
            self._begin_section(key)
            return
        if key == "Feature name" and (self._feature is None or self._feature.name):
            self._begin_feature()
        if self._section is None:
            self._lines.doubt("a key that stands in no section")
            return
        if self._lines.total == self._cut_at:
            self._section.is_cut = True
            self._lines.doubt("the text breaks off in this line, so its value is unknown")
            return
        if key not in KNOWN and not key.startswith(("Client #", "Server #")):
            self._lines.doubt(f"“{key}” is not a key that is known")
            return
        reason = self._section.take(key, value)
        if reason is not None:
            self._lines.doubt(reason)

    def _begin_section(self, heading: str) -> None:
        if heading == "Feature Information":
            self._begin_feature()
        elif heading not in _SECTIONS:
            self._lines.doubt(f"“{heading}” is not a section that is known")
        elif self._feature is None:
            self._lines.doubt("a section that stands under no feature")
        else:
            self._end_section()
            self._section = Section(_SECTIONS[heading], self._zone)

    def _begin_feature(self) -> None:
        self.close()
        self.servers[-1].answers = True
        self._feature = FeatureSection(self._zone)
        self._section = self._feature.own

    def take_end(self, _found: re.Match[str]) -> None:
        """Take that the text is whole: this is the last that it prints."""
        self.close()

    def take_server(self, found: re.Match[str]) -> None:
        """Begin a server; it has not answered until it shows a feature, or says that it has none."""
        self.close()
        self.begin_server(found[1])

    def take_none(self, _found: re.Match[str]) -> None:
        """Take that the server answers, and has no licence."""
        self.close()
        self.servers[-1].answers = True


_SECTIONS: dict[str, Literal["licence", "client", "queued"]] = {
    "License Information": "licence",
    "Client Information": "client",
    "Users": "client",
    "Queued Client Information": "queued",
}
_Reader.meanings = meanings(
    (r"\[Contacting [^\"]* server on host \"([^\"]+)\"\]", _Reader.take_server),
    (r"Press Enter to continue[ .]*", _Reader.take_end),
    (r"There is no license in the server.*|No licensed features\.", _Reader.take_none),
    (
        (
            r"Unable to contact any servers\..*|Server name not set, or monitor cannot talk to the server\."
            r"|[^\"]{0,80}Error ?\[\d{1,5}\].*"
        ),
        _Reader.take_failure,
    ),
    (FAILURE.pattern, _Reader.take_failure),
    (
        (
            r"\S.* Application Monitor|Copyright \([Cc]\) .*"
            r"|Try setting the LSHOST environment variable\.|-+"
        ),
        _Reader.take_nothing,
    ),
)
