"""OLicense: what ``olixtool`` prints as text. Its XML form is not read, and nothing here expands an entity.

A module may stand under several licences, whose floats add up. How many are locked is printed only where some are, so
a module without that line has none in use. Whom a licence was given to is a person, and is not kept.
"""

import re
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from licensing.collectors.by_line import LineReader, meanings
from licensing.collectors.formats import not_a_capture
from licensing.collectors.lines import Lines
from licensing.collectors.reading import PoolReading, Reading
from licensing.collectors.seats import Seen, read_ending, read_seats, read_who
from licensing.collectors.servers import FAILURE, as_reading, line_cut_off

COMMAND = "olixtool"

_XML = re.compile(r"\s*(?:\ufeff\s*)?<[?!A-Za-z]")


def read_olixtool(text: str, *, at: datetime | None, zone: ZoneInfo) -> Reading:  # noqa: ARG001 - it prints no time
    """Read the text of ``olixtool``. Raises ``NotACapture`` where it shows no server, and where it is XML."""
    if _XML.match(text):
        sentence = f"This is XML, which is not read here: collect it again with “{COMMAND}” and no option for XML."
        raise not_a_capture(sentence)
    lines = Lines(text)
    reader = _Reader(lines, cut_at=line_cut_off(text))
    reader.read_all()
    return as_reading(reader.servers, lines, text=text, kind="olicense", command=COMMAND)


class _Reader(LineReader):
    """Reads line after line: a server, its licences, their modules, and under each module who locks it."""

    def __init__(self, lines: Lines, *, cut_at: int) -> None:
        super().__init__(lines)
        self._cut_at = cut_at
        self._application = ""
        self._version = ""
        self._module: Seen | None = None

    def unsettle(self) -> None:
        """Leave the use of the module above unknown: what is not understood may be how many are locked."""
        if self._module is not None and self._module.pools[-1].in_use == 0:
            self._module.pools[-1] = replace(self._module.pools[-1], in_use=None)

    def take_server(self, found: re.Match[str]) -> None:
        """Begin a server; it has not answered until it lists its licences."""
        self.begin_server(f"{found[2]}@{found[1]}" if found[1] else "")
        self.leave()

    def take_list(self, _found: re.Match[str]) -> None:
        """Take that the server answers."""
        self.servers[-1].answers = True
        self.leave()

    def take_licence(self, _found: re.Match[str]) -> None:
        """Begin a licence."""
        self.leave()

    def leave(self) -> None:
        """End the licence."""
        self._application, self._version, self._module = "", "", None

    def take_application(self, found: re.Match[str]) -> None:
        """Take whose modules follow."""
        self._application = found[1]

    def take_version(self, found: re.Match[str]) -> None:
        """Take for which versions the licence is."""
        self._version = found[1]

    def take_module(self, found: re.Match[str]) -> None:
        """Begin a module with its number of floats."""
        name, kind, count, expires = found.groups()
        ending, issued = read_ending(expires), read_seats(count)
        if issued is None:
            self._lines.doubt(f"“{count[:80]}” is no number of seats")
        if not ending.is_understood:
            self._lines.doubt(f"“{expires[:80]}” is not an expiry date that is known")
        self.servers[-1].answers = True
        self._module = self.servers[-1].feature(name)
        self._module.pools.append(
            PoolReading(
                self._application,
                self._version,
                "",
                issued,
                reserved=None,
                # A text that breaks off here may have lost the line that says how many are locked.
                in_use=None if self._is_cut() else 0,
                expires=ending.day,
                expires_raw=expires,
                never_expires=ending.is_never,
                kind=kind,
            )
        )

    def _is_cut(self) -> bool:
        if self._lines.total != self._cut_at:
            return False
        self._lines.doubt("the text breaks off in this line, so what it would go on to say is unknown")
        return True

    def take_locked(self, found: re.Match[str]) -> None:
        """Take how many floats of the module are locked; the holders follow, unless nobody knows them."""
        number = read_seats(found[1])
        if self._module is None:
            self._lines.doubt("locked floats that stand under no module")
            return
        if number is None:
            self._lines.doubt(f"“{found[1][:80]}” is no number of seats")
        pool = self._module.pools[-1]
        used = None if number is None or pool.in_use is None else pool.in_use + number
        self._module.pools[-1] = replace(pool, in_use=used)

    def take_holder(self, found: re.Match[str]) -> None:
        """Take who locks how many floats of the module."""
        quantity = None if self._is_cut() else read_seats(found[2])
        if self._module is None:
            self._lines.doubt("a holder that stands under no module")
        elif quantity is None:
            self._module.is_list_broken = True
            self._lines.doubt(f"“{found[2][:80]}” is no sure number of seats")
        else:
            holder = read_who(found[1]).holder(quantity, daemon=self._application, version=self._version)
            self._module.holders.append(holder)


_Reader.meanings = meanings(
    (r"Name; LicenseType; FloatCount; Expiration", _Reader.take_nothing),
    (r"([^#]*[^#\s])\s+#(\S+)", _Reader.take_holder),
    (r"([^;]*[^;\s])\s*;\s*([^;\s]+)\s*;\s*([^;\s]+)\s*;\s*([^;]*[^;\s])\s*;?", _Reader.take_module),
    (r"(\S+) FloatsLockedBy(?::| '[^']*'):?", _Reader.take_locked),
    (r"Application:\s*(\S.*)", _Reader.take_application),
    (r"VersionRange:\s*(\S.*)", _Reader.take_version),
    (r"Server: <([^<>:]*):(\d{1,5}):\d{1,5}> \(Proxy: <[^<>]*>\)", _Reader.take_server),
    (r"List of requested licenses:", _Reader.take_list),
    (r"={3,}", _Reader.take_licence),
    (r"OlComm \d{1,5} .*", _Reader.take_failure),
    (FAILURE.pattern, _Reader.take_failure),
    (
        (
            r"olixtool \S+ - .*|Copyright \([Cc]\) .*|(?:Licenser|Licensee|License-ID):.*|Modules:"
            r"|-{3,}"
        ),
        _Reader.take_nothing,
    ),
)
