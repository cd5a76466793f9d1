"""The lines that ``rlmstat -a`` prints, as patterns over a line without the space around it.

No two neighbours in a pattern may take the same letter: a line made to be slow is then refused as fast as any other.
"""

import re


def _line(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)


HOLDER = _line(
    r"(\S+) v(\S+): (.+) (\d{1,9})/(\d{1,9}) at (\d\d?)/(\d\d?) (\d\d?):(\d\d)(?::\d\d)?"
    r"\s+\(handle: ([^()\s]+)\)(.*)"
)
"""Product, version, user@host, seats and how many of them reserved, month, day, hour, minute, handle, the rest."""
ISV_TEXT = _line(r"\s*\[I: .*\]")

PRODUCT = _line(r"(\S+) v(\S+?)(?:, pool: (\S+))?")
COUNT = _line(r"count: (\S+), # reservations: (\d{1,9}), inuse: (\d{1,9}), exp: (\S+)")
CHECKOUTS = _line(r"obsolete: \d{1,9}, min_remove: -?\d{1,9}, total checkouts: (\d{1,12})")
UNCOUNTED = _line(r"UNCOUNTED\b(.*)")
TOKEN = _line(r"[Tt]oken-based license.*")
NUMBER = _line(r"\d{1,9}")
IN_USE = _line(r"\binuse: (\d{1,9})\b")
EXPIRES = _line(r"\bexp: (\S+)")

STATUS = _line(r"rlm status on (\S+) \(port (\d{1,5})\)(?:, up .*)?")
ISV_STATUS = _line(r"(\S+) ISV server status on (\S+)(?: \(port \d{1,5}\))?(?:, up .*)?")
POOLS = _line(r"(\S+) license pool status on (\S+)(?: \(port \d{1,5}\))?")
USAGE = _line(r"(\S+) license usage status on (\S+)(?: \(port \d{1,5}\))?")
ISVS = _line(r"-+ ISV servers -+|ISV servers:")
ISV = _line(r"(\S+)\s+(?:\d{1,5}|-+)\s+(Yes|No)\s+\d{1,9}")

VERSION = _line(r"(\S+) software version v(\S+)(?: \(build: ?\S+\))?")
STATISTICS = _line(r"(?:Todays|Recent) Statistics \(([^()]*)\), init time: (.*)")
TALLY = _line(
    r"([A-Z][a-z]+):\s+(\d{1,15}) \([^()]*\)\s+(\d{1,15}) \([^()]*\)\s+(\d{1,15}) \([^()]*\)",
)

PATH = _line(r"Setting license file path to (.+)")
FAILURE = _line(
    r"(?:Error connecting to|Can'?t connect|Cannot connect|Could not connect|Unable to connect)\b[^\"]*"
    r"(?:\"([^\"]*)\".*)?"
    r"|(?:Connection refused|Communications error|Network \(connect\) error)(?:\W.*)?"
)
"""That a server could not be asked, and its name where it stands in quotes."""
ATTEMPT = _line(r"Connection attempted to host: \"([^\"]*)\" on port (\d{1,5})")

HEADING = _line(
    r"(?:rlmutil|rlmstat) v\S+|Copyright \(C\) .*|-{3,}"
    r"|\S+ comm version: .*|\S+ (?:Debug|Report) log filename: .*|Startup time: .*"
    r"|Recent Stats\s+Todays Stats\s+Total Stats|Name\s+[Pp]ort\s+Running\s+Restarts"
    r"|(?:(?:\d{1,5}d )?\d{1,5}:\d\d:\d\d\s*){3}"
)
"""A line that carries no number that is kept."""
