"""FlexNet licence files: what FEATURE, INCREMENT and PACKAGE lines grant.

SIGN, SIGN2, AUTH and the key that older lines hold after their number are never kept, nor shown in a diagnostic.
"""

import re
from dataclasses import replace

from licensing.collectors.licence_hints import (
    BadStatementError,
    EntitlementHint,
    LicenceFile,
    Statement,
    options_of,
    read_count,
    read_end,
    read_optional_day,
    statements,
)
from licensing.collectors.reading import Diagnostic

_OPTION = re.compile(r'(?<![^\s"])([A-Za-z_][A-Za-z0-9_]*)=(?:"([^"]*)"|([^\s"]*))')
_KNOWN_WORDS = frozenset({"SERVER", "VENDOR", "DAEMON", "USE_SERVER", "FEATURE", "INCREMENT", "PACKAGE", "UPGRADE"})


def read_flexnet_licence(text: str) -> LicenceFile:
    """Read a FlexNet licence file."""
    reader = _Reader()
    found = statements(text)
    for statement in found:
        words = statement.text.split()
        try:
            reader.read(statement, words)
        except BadStatementError as error:
            reader.diagnostics.append(Diagnostic(statement.line, _shown(words), str(error)))
    hints = tuple(_with_components(hint, reader.packages) for hint in reader.hints)
    notices = len(found) - len(hints) - len(reader.diagnostics)
    return LicenceFile(
        hints, tuple(reader.diagnostics), tuple(reader.hosts), tuple(reader.daemons), len(found), notices
    )


class _Reader:
    def __init__(self) -> None:
        self.hints: list[EntitlementHint] = []
        self.packages: dict[tuple[str, str, str], tuple[str, ...]] = {}
        self.diagnostics: list[Diagnostic] = []
        self.hosts: list[str] = []
        self.daemons: list[str] = []

    def read(self, statement: Statement, words: list[str]) -> None:
        """Read one statement."""
        match words[0].upper() if words else "":
            case "FEATURE" | "INCREMENT":
                self.hints.append(_read_grant(statement, words))
            case "PACKAGE":
                key, components = _read_package(statement, words)
                self.packages[key] = components
            case "SERVER":
                self.hosts.append(_second(words))
            case "VENDOR" | "DAEMON":
                self.daemons.append(_second(words))
            case "USE_SERVER":
                pass
            case _:
                raise BadStatementError("not a line of a licence file that is read")


def _read_grant(statement: Statement, words: list[str]) -> EntitlementHint:
    """Read ``INCREMENT feature daemon version end number [key] NAME=value …``."""
    if len(words) < 6:
        raise BadStatementError("has fewer than five fields")
    feature, daemon, version, end, number = words[1:6]
    options = options_of(statement.text, _OPTION)
    overdraft = options.get("overdraft", "")
    return EntitlementHint(
        line=statement.line,
        feature=feature,
        daemon=daemon,
        version=version,
        quantity=read_count(number),
        starts=read_optional_day(options.get("start")),
        ends=read_end(end),
        issued=read_optional_day(options.get("issued")),
        serial=options.get("sn") or None,
        notice=options.get("notice") or None,
        issuer=options.get("issuer") or None,
        node_locked=_bound_to(options.get("hostid")),
        overdraft=int(overdraft) if overdraft.isascii() and overdraft.isdecimal() and len(overdraft) <= 9 else None,
    )


def _read_package(statement: Statement, words: list[str]) -> tuple[tuple[str, str, str], tuple[str, ...]]:
    """Read ``PACKAGE name daemon version COMPONENTS="a:1.0 b" …``."""
    options = options_of(statement.text, _OPTION)
    components = tuple(part.partition(":")[0] for part in options.get("components", "").split())
    if len(words) < 4 or not components:
        raise BadStatementError("a package without components")
    version = "" if "=" in words[3] else words[3]
    return (words[1], words[2], version), components


def _with_components(hint: EntitlementHint, packages: dict[tuple[str, str, str], tuple[str, ...]]) -> EntitlementHint:
    """Give a grant of a package the features that the package holds."""
    for version in (hint.version, ""):
        components = packages.get((hint.feature, hint.daemon, version))
        if components is not None:
            return replace(hint, components=components)
    return hint


def _bound_to(hostid: str | None) -> str | None:
    """Return the hostid; ANY and DEMO bind to none."""
    return hostid if hostid and hostid.upper() not in {"ANY", "DEMO"} else None


def _second(words: list[str]) -> str:
    if len(words) < 2:
        raise BadStatementError("names nothing")
    return words[1]


def _shown(words: list[str]) -> str:
    """Show a statement by its first words, as far as no key can stand among them."""
    if not words or words[0].upper() not in _KNOWN_WORDS:
        return "…"
    return " ".join([*(word for word in words[:3] if "=" not in word), "…"])
