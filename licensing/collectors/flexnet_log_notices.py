"""The lines of a FlexNet debug log that are known and tell no event: headings, paths, ports, statistics, notes."""

import re

from licensing.collectors.event_state import Carried

_BANNER_LINES = 30
_RULE = re.compile(r"-{20,}")

_BEGINNINGS = (
    "(@",
    "===",
    "Copyright",
    "World Wide Web:",
    "License file",
    "lmgrd tcp-port",
    "lmdown/lmreread",
    "Starting vendor daemons",
    "Started ",
    "Using ",
    "EXTERNAL FILTER",
    "SLOG:",
    "Serving features for the following vendor names",
    "TCP_NODELAY",
    "EXPIRED:",
    "Server started on",
    "Server's System Date and Time:",
    "Lost connection to",
    "Connected to ",
    "CONNECTED, master is",
    "Shutdown requested from",
    "SHUTDOWN request from",
    "Done rereading",
    "Finished rereading",
    "Vendor daemons asked",
    "FlexNet Licensing version",
    "FLEXnet Licensing version",
    "FLEXlm version",
    "NOTE:",
    "Retrying socket bind",
    "Options file",
    "RESERVE",
    "RESERVING",
    "INCLUDE",
    "EXCLUDE",
    "MAX ",
    "GROUP",
    "LINGER",
    "TIMEOUT",
    "NOLOG",
    "REPORTLOG",
    "DEBUGLOG",
)
_PORT = re.compile(r"\S+ using TCP-port \d+", re.ASCII)


class Notices:
    """Tells known lines from unknown ones; what a line means may rest on the heading above it."""

    def __init__(self, carried: Carried | None = None) -> None:
        before = carried or {"banner_left": 0, "listing": None, "names_follow": None}
        self._banner_left: int = before["banner_left"]
        self._listing: str | None = before["listing"]
        self._names_follow: str | None = before["names_follow"]

    def carried(self) -> Carried:
        """Return what the lines before have announced, for the next part of the log."""
        return {"banner_left": self._banner_left, "listing": self._listing, "names_follow": self._names_follow}

    def know(self, daemon: str, text: str) -> bool:
        """Report whether a line is known to tell no event."""
        body = text.strip()
        if self._is_banner(body) or not body or self._is_listed(daemon, text):
            return True
        if body.startswith(_BEGINNINGS) or _PORT.fullmatch(body):
            self._names_follow = daemon if body.startswith("Serving features for") else None
            return True
        return False

    def list_features(self, daemon: str) -> None:
        """Expect the features of a daemon that has just started, some to a line."""
        self._listing = daemon

    def know_bare(self, text: str) -> bool:
        """Report whether a line without a time is known: the vendor names after their heading."""
        is_known = self._names_follow is not None and self._names_follow in text.split()
        self._names_follow = None
        return is_known

    def _is_banner(self, body: str) -> bool:
        """Know the note at the beginning, which stands between two rules and is not long."""
        if _RULE.fullmatch(body):
            self._banner_left = 0 if self._banner_left else _BANNER_LINES
            return True
        if self._banner_left:
            self._banner_left -= 1
            return True
        return False

    def _is_listed(self, daemon: str, text: str) -> bool:
        """Know a line of the list of features: the daemon ends each with a space or a tab, and no other line."""
        if self._listing != daemon:
            return False
        if text.endswith((" ", "\t")) and ":" not in text:
            return True
        self._listing = None
        return False
