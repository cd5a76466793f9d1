"""What a licence file grants, as a hint for entering an entitlement lot. No key text is kept."""

import re
from abc import ABC, abstractmethod
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from licensing.collectors.dates import read_expiry
from licensing.collectors.reading import Diagnostic

_KEYS = frozenset({"sign", "sign2", "auth", "sig", "_ck", "_ps", "ck"})
_KEY_INSIDE = re.compile(r"(?<![A-Za-z0-9])(?:SIGN2?|AUTH|SIG|_?CK|_PS)\s*=", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class EntitlementHint:
    """One grant of a licence file. It is what the file says, and no proof of a contract.

    ``quantity`` is ``None`` where the grant is uncounted, ``ends`` where it never ends. ``node_locked`` is the hostid
    that it is bound to. ``components`` are the features that a package holds. ``is_single`` is a grant that one
    process at a time may use. ``metric`` is ``None`` for seats, else what is counted, such as tokens. Signatures and
    keys are left out.
    """

    line: int
    feature: str
    daemon: str
    version: str
    quantity: int | None
    starts: date | None = None
    ends: date | None = None
    issued: date | None = None
    serial: str | None = None
    notice: str | None = None
    issuer: str | None = None
    customer: str | None = None
    contract: str | None = None
    line_item: str | None = None
    kind: str | None = None
    share: str | None = None
    metric: str | None = None
    node_locked: str | None = None
    overdraft: int | None = None
    is_single: bool = False
    components: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LicenceFile:
    """What was read of a licence file. Each statement is a hint, a notice or a diagnostic.

    A statement is a line with the lines that continue it; ``hosts`` are the servers that it names.
    """

    hints: tuple[EntitlementHint, ...]
    diagnostics: tuple[Diagnostic, ...]
    hosts: tuple[str, ...]
    daemons: tuple[str, ...]
    statements: int
    notices: int


@dataclass(frozen=True, slots=True)
class Statement:
    """A line of a licence file or an options file, with the lines that continue it."""

    line: int
    text: str


class BadStatementError(Exception):
    """A statement that is not understood; the words never hold a part of it that may be a key."""


class LicenceReader(ABC):
    """Reads a licence file statement by statement. What begins with no word of ``begins`` may be a key: never shown."""

    begins: frozenset[str]

    def __init__(self) -> None:
        self.hints: list[EntitlementHint] = []
        self.hosts: list[str] = []
        self.daemons: list[str] = []
        self._diagnostics: list[Diagnostic] = []

    @abstractmethod
    def read(self, statement: Statement, word: str, words: list[str]) -> None:
        """Read one statement, which begins with ``word`` in capitals; raises ``BadStatementError``."""

    def read_all(self, found: Collection[Statement]) -> LicenceFile:
        """Read all statements of a file."""
        for statement in found:
            words = statement.text.split()
            try:
                self.read(statement, words[0].upper() if words else "", words)
            except BadStatementError as error:
                self._diagnostics.append(Diagnostic(statement.line, self._shown(words), str(error)))
        notices = len(found) - len(self.hints) - len(self._diagnostics)
        return LicenceFile(
            hints=tuple(self.hints),
            diagnostics=tuple(self._diagnostics),
            hosts=tuple(self.hosts),
            daemons=tuple(self.daemons),
            statements=len(found),
            notices=notices,
        )

    def _shown(self, words: list[str]) -> str:
        """Show a statement by its first words, as far as no key can stand among them."""
        if not words or words[0].upper() not in self.begins:
            return "…"
        return " ".join([*(word for word in words[:3] if "=" not in word), "…"])


def statements(text: str) -> list[Statement]:
    """Join lines that end in a backslash to the next one; leave out blank lines and comments."""
    found: list[Statement] = []
    parts: list[str] = []
    begun = 0
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
        stripped = line.strip()
        if not parts and (not stripped or stripped.startswith("#")):
            continue
        begun = begun if parts else number
        is_continued = stripped.endswith("\\")
        parts.append(stripped.removesuffix("\\").strip())
        if not is_continued:
            found.append(Statement(begun, " ".join(parts)))
            parts = []
    if parts:
        found.append(Statement(begun, " ".join(parts)))
    return found


def options_of(text: str, pattern: re.Pattern[str]) -> dict[str, str]:
    """Return the values by name, in lower case, without those that hold a key.

    Raises ``BadStatementError`` where quotes do not pair up or a value holds what looks like a key: it might be one's.
    """
    if text.count('"') % 2:
        raise BadStatementError("a quote is never closed")
    found = {name.lower(): quoted or bare for name, quoted, bare in pattern.findall(text)}
    kept = {name: value for name, value in found.items() if name not in _KEYS}
    if any(_KEY_INSIDE.search(value) for value in kept.values()):
        raise BadStatementError("quotes stand where none should")
    return kept


def read_count(text: str) -> int | None:
    """Read a number of licences; ``None`` is uncounted. Raises ``BadStatementError`` where it is neither."""
    if text.lower() in {"uncounted", "0"}:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 9):
        raise BadStatementError("its number of licences is no number")
    return int(text)


def read_end(text: str) -> date | None:
    """Read when a grant ends; ``None`` is never. Raises ``BadStatementError`` where it is no date."""
    expiry = read_expiry(text)
    if not expiry.is_understood:
        raise BadStatementError("its end is not a date that is known")
    return expiry.day


def read_optional_day(text: str | None) -> date | None:
    """Read a day that may be absent or in no known form: a hint goes without it."""
    return read_expiry(text).day if text else None
