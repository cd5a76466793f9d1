"""SideFX sesinetd: what ``sesictrl print-license --format json`` prints, and the older text of ``sesictrl -i``.

The JSON has no published schema. Seven shapes of it are known; a record that has no product or neither number nor
list, or a list that is not found, is refused with the keys that stand there, and a key that is not known beside others
that are certain is a diagnostic. A licence belongs to the host, so several programs or people of one host hold one
seat: seats are counted by host, and the holders stay as they are printed.
"""

import re
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from licensing.collectors.by_line import LineReader, meanings
from licensing.collectors.dates import read_expiry
from licensing.collectors.lines import Lines
from licensing.collectors.reading import PoolReading, Reading
from licensing.collectors.seats import Seen, read_seats
from licensing.collectors.servers import FAILURE, FoundServer, as_reading
from licensing.collectors.sesinetd_json import holds_json, read_json
from licensing.collectors.sesinetd_users import TextStarts, text_holder

COMMAND = "sesictrl print-license --format json"


def read_sesictrl(text: str, *, at: datetime | None, zone: ZoneInfo) -> Reading:
    """Read the text of ``sesictrl``, JSON or not. Raises ``NotACapture`` where it shows no licence and no server.

    ``at`` is when it was printed; without it the times of the older text have no year. Those of the JSON have one.
    """
    if at is not None and at.tzinfo is None:
        message = "a time without zone fixes no year"
        raise ValueError(message)
    if holds_json(text):
        return read_json(text, zone=zone)
    lines = Lines(text)
    reader = _Reader(lines, TextStarts(at, zone))
    reader.read_all()
    reader.close()
    return as_reading(reader.servers, lines, text=text, kind="sesinetd", command=COMMAND)


class _Reader(LineReader):
    """Reads the older text line after line: the server, its licences, and under each licence who holds it."""

    def __init__(self, lines: Lines, starts: TextStarts) -> None:
        super().__init__(lines)
        self._starts = starts
        self._seen: Seen | None = None

    def close(self) -> None:
        """End the text: a licence of which it does not say how many are free may have lost holders too."""
        for seen in (seen for server in self.servers for seen in server.features.values()):
            seen.is_unknown = any(pool.in_use is None for pool in seen.pools)

    def leave(self) -> None:
        """End the licence."""
        self._seen = None

    def take_server(self, found: re.Match[str]) -> None:
        """Begin a server that answers."""
        if self.servers[-1].name or self.servers[-1].error or self.servers[-1].features:
            self.servers.append(FoundServer())
        self.servers[-1].answers = True
        self.servers[-1].name = found[1]
        self._seen = None

    def take_version(self, found: re.Match[str]) -> None:
        """Take the version of the server."""
        self.servers[-1].answers = True
        self.servers[-1].version = found[1]

    def take_licence(self, found: re.Match[str]) -> None:
        """Begin a licence of the long listing; how many are free follows, and until then its use is unknown."""
        identity, count, name, version, platform, expires = found.groups()
        issued, expiry = read_seats(count), read_expiry(expires)
        if issued is None:
            self._lines.doubt(f"“{count[:80]}” is no number of seats")
        if not expiry.is_understood:
            self._lines.doubt(f"“{expires[:80]}” is not an expiry date that is known")
        # An expired licence is listed with no seat, and then nothing says how many are free.
        in_use = 0 if issued == 0 else None
        self._begin(
            name,
            PoolReading(
                platform,
                version,
                identity,
                issued,
                reserved=None,
                in_use=in_use,
                expires=expiry.day,
                expires_raw=expires,
                never_expires=expiry.is_never,
            ),
        )

    def take_short(self, found: re.Match[str]) -> None:
        """Take a licence of the short listing, which names nobody: ``3/10 free`` are three of ten."""
        identity, platform, name, version, free, count = found.groups()
        issued, in_use = read_seats(count), self._in_use(count, free)
        self._begin(name, PoolReading(platform, version, identity, issued, reserved=None, in_use=in_use))
        if self._seen is not None:
            self._seen.lists_holders = False
        self._seen = None

    def _begin(self, name: str, pool: PoolReading) -> None:
        self.servers[-1].answers = True
        self._seen = self.servers[-1].feature(name)
        self._seen.is_per_host = True
        if pool.pool in {known.pool for known in self._seen.pools}:
            self._lines.doubt(f"the licence {pool.pool} again; its seats count once")
            self._seen = None
            return
        self._seen.pools.append(pool)

    def _in_use(self, count: str, free: str) -> int | None:
        issued, unused = read_seats(count), read_seats(free)
        if issued is None or unused is None or unused > issued:
            self._lines.doubt("the seats that are free are not some of the seats that there are")
            return None
        return issued - unused

    def take_free(self, found: re.Match[str]) -> None:
        """Take how many of the licence above are free."""
        if self._seen is None:
            self._lines.doubt("free seats that stand under no licence")
            return
        pool = self._seen.pools[-1]
        if pool.issued is None:
            self._lines.doubt("seats are free of a number that is not known")
            return
        self._seen.pools[-1] = replace(pool, in_use=self._in_use(str(pool.issued), found[1]))

    def take_user(self, found: re.Match[str]) -> None:
        """Take who holds the licence above, and since when."""
        if self._seen is None:
            self._lines.doubt("a holder that stands under no licence")
            return
        self._seen.holders.append(text_holder(found, self._seen.pools[-1], self._starts, self._lines))


_Reader.meanings = meanings(
    (
        (
            r"(?:(\d{1,10})[: ]\s*)?(\S+@\S*)\s+(?:([A-Z][a-z]{2})\s+)?([A-Z][a-z]{2})\s+(\d{1,2})\s+"
            r"(\d{1,2}):(\d\d)(?::\d\d)?(?:\s+(\d{4}))?"
        ),
        _Reader.take_user,
    ),
    (r"(\d\S*) licenses? free\.?", _Reader.take_free),
    (
        (
            r"(?:Lic\w{0,10} )?([0-9A-Za-z]+):\s+(\d\S*)\s+\"([^\s\"]+)\s+(\d[^\s\"]*)\s*\"\s+(\S+)\s+"
            r"(\d{1,2}-[A-Za-z]{3}-\d{1,4}|permanent|never)(?:\s.*)?"
        ),
        _Reader.take_licence,
    ),
    (r"([0-9a-f]{8}):\s+(\S+)\s+(\S+)\s+(\d\S*)\s+(\d[^/\s]*)/(\d\S*) free", _Reader.take_short),
    (r"-{2,} ?SERVER (\S+?)(?:\s.*|-*)", _Reader.take_server),
    (r"sesinetd: Version (\S+).*", _Reader.take_version),
    (FAILURE.pattern, _Reader.take_failure),
    (r"-{3,}|Licenses?:|Users?:|[\d:]{8} [\d/]{8} sesinetd: Usage: .*", _Reader.take_nothing),
)
