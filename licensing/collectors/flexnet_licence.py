"""FlexNet licence files: what FEATURE, INCREMENT and PACKAGE lines grant.

SIGN, SIGN2, AUTH and the key that older lines hold after their number are never kept, nor shown in a diagnostic.
"""

import re
from dataclasses import replace

from licensing.collectors import licence_hints
from licensing.collectors.licence_hints import BadStatementError, EntitlementHint, LicenceFile, LicenceReader, Statement

_OPTION = re.compile(r'(?<![^\s"])([A-Za-z_][A-Za-z0-9_]*)=(?:"([^"]*)"|([^\s"]*))')


def read_flexnet_licence(text: str) -> LicenceFile:
    """Read a FlexNet licence file."""
    reader = _Reader()
    found = reader.read_all(licence_hints.statements(text))
    return replace(found, hints=tuple(_with_components(hint, reader.packages) for hint in found.hints))


class _Reader(LicenceReader):
    begins = frozenset({"SERVER", "VENDOR", "DAEMON", "USE_SERVER", "FEATURE", "INCREMENT", "PACKAGE", "UPGRADE"})

    def __init__(self) -> None:
        super().__init__()
        self.packages: dict[tuple[str, str, str], tuple[str, ...]] = {}

    def read(self, statement: Statement, word: str, words: list[str]) -> None:
        match word:
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
    options = licence_hints.options_of(statement.text, _OPTION)
    overdraft = options.get("overdraft", "")
    return EntitlementHint(
        line=statement.line,
        feature=feature,
        daemon=daemon,
        version=version,
        quantity=licence_hints.read_count(number),
        starts=licence_hints.read_optional_day(options.get("start")),
        ends=licence_hints.read_end(end),
        issued=licence_hints.read_optional_day(options.get("issued")),
        serial=options.get("sn") or None,
        notice=options.get("notice") or None,
        issuer=options.get("issuer") or None,
        node_locked=_bound_to(options.get("hostid")),
        overdraft=int(overdraft) if overdraft.isascii() and overdraft.isdecimal() and len(overdraft) <= 9 else None,
    )


def _read_package(statement: Statement, words: list[str]) -> tuple[tuple[str, str, str], tuple[str, ...]]:
    """Read ``PACKAGE name daemon version COMPONENTS="a:1.0 b" …``."""
    options = licence_hints.options_of(statement.text, _OPTION)
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
