"""FlexNet options files: what a house lays down for its vendor daemon, and what it keeps out of the log."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from licensing.collectors.events import EventKind
from licensing.collectors.licence_hints import BadStatementError, statements
from licensing.collectors.reading import Diagnostic

_SHOWN = 200
_TYPES = frozenset({"USER", "HOST", "DISPLAY", "INTERNET", "PROJECT", "GROUP", "HOST_GROUP"})
_UNLOGGED = {
    "IN": EventKind.IN,
    "OUT": EventKind.OUT,
    "DENIED": EventKind.DENIED,
    "QUEUED": EventKind.QUEUED,
    "DEQUEUED": EventKind.DEQUEUED,
    "UNSUPPORTED": EventKind.UNSUPPORTED,
}
# Known, and without effect on what is read here.
_OTHERS = frozenset(
    {
        "ACTIVATION_EXPIRY_DAYS",
        "ACTIVATION_LOWWATER",
        "AUTOMATIC_REREAD",
        "DAEMON_SELECT_TIMEOUT",
        "EXCLUDEALL_ENTITLEMENT",
        "EXCLUDE_BORROW",
        "EXCLUDE_ENTITLEMENT",
        "FQDN_MATCHING",
        "GROUPCASEINSENSITIVE",
        "INCLUDEALL_ENTITLEMENT",
        "INCLUDE_BORROW",
        "INCLUDE_ENTITLEMENT",
        "MAX_CONNECTIONS",
        "TRANSPORT",
    }
)


@dataclass(frozen=True, slots=True)
class FeatureSpec:
    """A feature, and which of its licences are meant: ``feature:VERSION=2.0``."""

    feature: str
    qualifiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom a rule is for. ``kind`` is USER, HOST, DISPLAY, INTERNET, PROJECT, GROUP or HOST_GROUP."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Allotment:
    """So many licences of a feature: RESERVE keeps them for somebody, MAX allows somebody no more."""

    quantity: int
    of: FeatureSpec
    scope: Scope


@dataclass(frozen=True, slots=True)
class AccessRule:
    """INCLUDE or EXCLUDE; ``of`` is ``None`` where it is for all features."""

    is_allowed: bool
    of: FeatureSpec | None
    scope: Scope


def _no_numbers() -> Mapping[str, int]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class OptionsFile:
    """What an options file lays down. Each statement is a rule, a notice or a diagnostic.

    Numbers by feature hold the last word of the file on each. Times are in seconds, but for borrowing, in hours.
    """

    reservations: tuple[Allotment, ...] = ()
    maxima: tuple[Allotment, ...] = ()
    access: tuple[AccessRule, ...] = ()
    overdraft: Mapping[str, int] = field(default_factory=_no_numbers)
    borrow_lowwater: Mapping[str, int] = field(default_factory=_no_numbers)
    borrow_hours: Mapping[str, int] = field(default_factory=_no_numbers)
    timeouts: Mapping[str, int] = field(default_factory=_no_numbers)
    linger: Mapping[str, int] = field(default_factory=_no_numbers)
    timeout_all: int | None = None
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    host_groups: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    unlogged: frozenset[EventKind] = frozenset()
    debug_log: str | None = None
    report_log: str | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
    statements: int = 0
    notices: int = 0

    @property
    def records_denials(self) -> bool:
        """Report whether denials are written to the debug log: if not, none in it means nothing."""
        return EventKind.DENIED not in self.unlogged

    def reserved(self, feature: str) -> int:
        """Return how many licences of a feature are kept for somebody."""
        return sum(one.quantity for one in self.reservations if one.of.feature == feature)


def read_options(text: str) -> OptionsFile:
    """Read an options file."""
    reader = _Reader()
    found = statements(text)
    diagnostics: list[Diagnostic] = []
    for statement in found:
        try:
            reader.take(statement.text.split())
        except BadStatementError as error:
            diagnostics.append(Diagnostic(statement.line, statement.text[:_SHOWN], str(error)))
    return reader.options(tuple(diagnostics), len(found))


class _Reader:
    def __init__(self) -> None:
        self.reservations: list[Allotment] = []
        self.maxima: list[Allotment] = []
        self.access: list[AccessRule] = []
        self.numbers: dict[str, dict[str, int]] = {}
        self.groups: dict[str, dict[str, tuple[str, ...]]] = {}
        self.timeout_all: int | None = None
        self.unlogged: set[EventKind] = set()
        self.logs: dict[str, str] = {}
        self.notices = 0

    def take(self, words: list[str]) -> None:
        """Take one statement."""
        word = words[0].upper() if words else ""
        take = _TAKES.get(word)
        if take is not None:
            take(self, words)
        elif word in _OTHERS:
            self.notices += 1
        else:
            raise BadStatementError("not an option that is known")

    def options(self, diagnostics: tuple[Diagnostic, ...], statement_count: int) -> OptionsFile:
        """Return all of it as a value."""
        return OptionsFile(
            reservations=tuple(self.reservations),
            maxima=tuple(self.maxima),
            access=tuple(self.access),
            overdraft=self._numbers("MAX_OVERDRAFT"),
            borrow_lowwater=self._numbers("BORROW_LOWWATER"),
            borrow_hours=self._numbers("MAX_BORROW_HOURS"),
            timeouts=self._numbers("TIMEOUT"),
            linger=self._numbers("LINGER"),
            timeout_all=self.timeout_all,
            groups=MappingProxyType(self.groups.get("GROUP", {})),
            host_groups=MappingProxyType(self.groups.get("HOST_GROUP", {})),
            unlogged=frozenset(self.unlogged),
            debug_log=self.logs.get("DEBUGLOG"),
            report_log=self.logs.get("REPORTLOG"),
            diagnostics=diagnostics,
            statements=statement_count,
            notices=self.notices,
        )

    def _numbers(self, word: str) -> Mapping[str, int]:
        return MappingProxyType(self.numbers.get(word, {}))

    def take_reserve(self, words: list[str]) -> None:
        """Take ``RESERVE n feature type name``."""
        self.reservations.append(_allotment(words))

    def take_max(self, words: list[str]) -> None:
        """Take ``MAX n feature type name``."""
        self.maxima.append(_allotment(words))

    def take_access(self, words: list[str]) -> None:
        """Take ``INCLUDE feature type name``, and EXCLUDE."""
        _need(words, 4)
        is_allowed = words[0].upper() == "INCLUDE"
        self.access.append(AccessRule(is_allowed, _spec(words[1]), _scope(words[2:])))

    def take_access_to_all(self, words: list[str]) -> None:
        """Take ``INCLUDEALL type name``, and EXCLUDEALL."""
        _need(words, 3)
        self.access.append(AccessRule(words[0].upper() == "INCLUDEALL", None, _scope(words[1:])))

    def take_number(self, words: list[str]) -> None:
        """Take ``MAX_OVERDRAFT feature n`` and the others of this form."""
        _need(words, 3)
        self.numbers.setdefault(words[0].upper(), {})[_spec(words[1]).feature] = _number(words[2])

    def take_timeout_all(self, words: list[str]) -> None:
        """Take ``TIMEOUTALL seconds``."""
        _need(words, 2)
        self.timeout_all = _number(words[1])

    def take_unlogged(self, words: list[str]) -> None:
        """Take ``NOLOG DENIED``."""
        _need(words, 2)
        kind = _UNLOGGED.get(words[1].upper())
        if kind is None and words[1].upper() != "UPGRADE":
            raise BadStatementError("NOLOG of no kind that is known")
        if kind is not None:
            self.unlogged.add(kind)

    def take_group(self, words: list[str]) -> None:
        """Take ``GROUP name user user …``; lines of one name add up."""
        _need(words, 3)
        groups = self.groups.setdefault(words[0].upper(), {})
        groups[words[1]] = (*groups.get(words[1], ()), *words[2:])

    def take_log(self, words: list[str]) -> None:
        """Take ``DEBUGLOG [+]path``; a plus means that the file is added to."""
        _need(words, 2)
        self.logs[words[0].upper()] = " ".join(words[1:]).removeprefix("+").strip('"')


def _allotment(words: list[str]) -> Allotment:
    _need(words, 5)
    return Allotment(_number(words[1]), _spec(words[2]), _scope(words[3:]))


def _spec(text: str) -> FeatureSpec:
    feature, *qualifiers = text.strip('"').split(":")
    if not feature:
        raise BadStatementError("names no feature")
    return FeatureSpec(feature, tuple(qualifiers))


def _scope(words: list[str]) -> Scope:
    kind = words[0].upper()
    if kind not in _TYPES:
        raise BadStatementError("is for no type that is known")
    return Scope(kind, " ".join(words[1:]).strip('"'))


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 9):
        raise BadStatementError("its number is none")
    return int(text)


def _need(words: list[str], least: int) -> None:
    if len(words) < least:
        raise BadStatementError("has fewer words than it needs")


_TAKES: Mapping[str, Callable[[_Reader, list[str]], None]] = {
    "RESERVE": _Reader.take_reserve,
    "MAX": _Reader.take_max,
    "INCLUDE": _Reader.take_access,
    "EXCLUDE": _Reader.take_access,
    "INCLUDEALL": _Reader.take_access_to_all,
    "EXCLUDEALL": _Reader.take_access_to_all,
    "MAX_OVERDRAFT": _Reader.take_number,
    "BORROW_LOWWATER": _Reader.take_number,
    "MAX_BORROW_HOURS": _Reader.take_number,
    "TIMEOUT": _Reader.take_number,
    "LINGER": _Reader.take_number,
    "TIMEOUTALL": _Reader.take_timeout_all,
    "NOLOG": _Reader.take_unlogged,
    "GROUP": _Reader.take_group,
    "HOST_GROUP": _Reader.take_group,
    "DEBUGLOG": _Reader.take_log,
    "REPORTLOG": _Reader.take_log,
}
