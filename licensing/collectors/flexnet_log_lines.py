"""The lines of a FlexNet debug log that tell of seats, and how a daemon starts and ends.

A line is searched for the marks that the daemon writes itself, from the left to the right and once, since names may
hold spaces: ``OUT: "feature" user@host [tag] (3 licenses) (reason (-4,342)) ^^^ verbose ^^^``.
"""

import re
from dataclasses import dataclass
from typing import NamedTuple

from licensing.collectors.events import EventKind

KINDS = {
    "OUT:": EventKind.OUT,
    "IN:": EventKind.IN,
    "DENIED:": EventKind.DENIED,
    "UNSUPPORTED:": EventKind.UNSUPPORTED,
    "QUEUED:": EventKind.QUEUED,
    "DEQUEUED:": EventKind.DEQUEUED,
}

TAIL_NOT_KNOWN = "what follows the user is not in a form that is known"

_FEATURE = re.compile(r'"([^"]+)" *(?:\([A-Z_]+ *\) *)?|([^\s"]+) +', re.ASCII)
_QUANTITY = re.compile(r"\((\d{1,9}) licenses?\)", re.ASCII)
_CODE = re.compile(r"\((-\d{1,5})[,)]", re.ASCII)
# Why a seat came back without its user's doing, in capitals: (INACTIVE), (USER TIMEDOUT), (SHUTDOWN).
_WHY_BACK = re.compile(r"\(([A-Z][A-Z _-]*)\)")
_HANDLE = re.compile(r"0[xX][0-9A-Fa-f]+|[0-9A-Fa-f]+")
_VERBOSE = "^^^"

_STARTED = re.compile(
    r"Server started on \S+ for:|(?P<self>(?:FlexNet Licensing|FLEXnet Licensing|FLEXlm) \(v[^()]*\) started on )"
    r"|REStarted (?P<other>\S+) \(",
    re.ASCII,
)
_STOPPED = re.compile(
    r"EXITING DUE TO SIGNAL \d|(?:daemon )?[Ss]hutdown requested - shutting down|Shutting down (?P<other>\S+) pid[= ]"
    r"|(?P<exited>\S+) exited with status \d",
    re.ASCII,
)
_REREAD = re.compile(r"REREAD request from |Rereading license file|Reread(?:ing)? request ")
_WHOLE_SERVER = frozenset({"lmgrd", "lmadmin"})


class Seat(NamedTuple):
    """What a line says of a seat."""

    feature: str
    user: str | None
    host: str | None
    tag: str | None = None
    quantity: int = 1
    asked_for: str | None = None
    code: int | None = None
    reason: str | None = None
    verbose: "Verbose | None" = None
    doubt: str | None = None


@dataclass(frozen=True, slots=True)
class Verbose:
    """What a verbose daemon adds between ``^^^`` and ``^^^``; its date is left alone, since its order is not known."""

    version: str
    user: str
    pid: str
    handle: str
    in_use: int
    issued: int
    project: str | None


def read_seat(text: str) -> Seat | None:
    """Read what follows ``OUT:``, ``IN:``, ``DENIED:`` …; ``None`` where no feature and nobody can be told."""
    found = _FEATURE.match(text)
    if found is None:
        return None
    feature = found[1] or found[2]
    rest = text[found.end() :]
    end = _end_of_who(rest)
    who, tail = rest[:end].strip(), rest[end:].strip()
    # Without quotes only user@host tells a feature from words.
    if not who or (found[1] is None and "@" not in who):
        return None
    user, at_sign, host = who.partition("@")
    tag, quantity, reason, verbose, doubt = _read_tail(tail)
    code = _CODE.search(reason) if reason else None
    return Seat(
        feature=feature,
        user=user or (verbose.user if verbose else None),
        host=host if at_sign and host else None,
        tag=tag,
        quantity=quantity,
        # A token is taken in place of the product in brackets, and a product that tokens pay for names them there.
        asked_for=tag if tag and feature.lower().endswith("-token") else None,
        code=int(code[1]) if code else None,
        reason=reason,
        verbose=verbose,
        doubt=doubt,
    )


def read_reason(text: str) -> tuple[int, str] | None:
    """Read a line that only says why the line before it is a denial: ``(Licensed number … (-4,342))``."""
    text = text.strip()
    if not (text.startswith("(") and text.endswith(")")):
        return None
    code = _CODE.search(text)
    return (int(code[1]), text[1:-1].strip()) if code else None


def read_life(text: str, *, daemon: str) -> tuple[EventKind, str] | None:
    """Read that a daemon started, ended or read its files again, and which; empty is all of them."""
    found = _STARTED.match(text)
    if found is not None:
        if found["other"]:
            return EventKind.STARTED, found["other"]
        return EventKind.STARTED, "" if found["self"] and daemon in _WHOLE_SERVER else daemon
    found = _STOPPED.match(text)
    if found is not None:
        other = found["other"] or found["exited"]
        return EventKind.STOPPED, other or ("" if daemon in _WHOLE_SERVER else daemon)
    if _REREAD.match(text):
        return EventKind.REREAD, "" if daemon in _WHOLE_SERVER else daemon
    return None


def _end_of_who(rest: str) -> int:
    """Return where user@host ends: before the first bracket or mark that stands after a space."""
    ends = [at for mark in (" [", " (", " ^^^") if (at := rest.find(mark)) >= 0]
    return min(ends, default=len(rest))


def _read_tail(tail: str) -> tuple[str | None, int, str | None, Verbose | None, str | None]:
    """Return tag, quantity, reason, verbose part, and a doubt where something is left over."""
    if not tail:
        return None, 1, None, None, None
    verbose, doubt = None, None
    at = tail.find(_VERBOSE)
    if at >= 0:
        verbose = _read_verbose(tail[at:])
        doubt = None if verbose else "the verbose part is not in a form that is known"
        tail = tail[:at].strip()
    tag = None
    if tail.startswith("[") and (end := tail.find("]")) > 0:
        tag, tail = tail[1:end], tail[end + 1 :].strip()
    quantity = 1
    found = _QUANTITY.match(tail)
    if found is not None:
        quantity, tail = int(found[1]), tail[found.end() :].strip()
    if quantity == 0:
        doubt = "counts no licence"
    reason, left = _read_why(tail)
    return tag, quantity, reason, verbose, doubt or (TAIL_NOT_KNOWN if left else None)


def _read_why(tail: str) -> tuple[str | None, str]:
    """Return the reason in parentheses, and what is left over."""
    if not tail:
        return None, ""
    if tail.startswith("(") and tail.endswith(")") and (_CODE.search(tail) or _WHY_BACK.fullmatch(tail)):
        return tail[1:-1].strip(), ""
    return None, tail


def _read_verbose(text: str) -> Verbose | None:
    """Read ``^^^ ver user ip pid handle in_use out_of project … five more ^^^``; a user or project may hold spaces."""
    words = text.strip("^ ").split()
    if len(words) < 12:
        return None
    middle = words[1:-5]
    for at in range(len(middle) - 3, 2, -1):
        pid, handle, in_use, issued = middle[at - 1 : at + 3]
        if not (pid.isdecimal() and in_use.isdecimal() and issued.isdecimal() and _HANDLE.fullmatch(handle)):
            continue
        return Verbose(
            version=words[0],
            user=" ".join(middle[: at - 2]),
            pid=pid,
            handle=handle,
            in_use=int(in_use),
            issued=int(issued),
            project=" ".join(middle[at + 3 :]) or None,
        )
    return None
