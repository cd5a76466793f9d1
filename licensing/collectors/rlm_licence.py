"""RLM licence files: what LICENSE lines grant.

The key, whether it stands alone or as ``sig=``, ``_ck=`` or ``_ps``, is never kept, nor shown in a diagnostic. A line
that does not begin with a word of the format continues the one before it, as license files are often sent.
"""

import re

from licensing.collectors import licence_hints
from licensing.collectors.licence_hints import BadStatementError, EntitlementHint, LicenceFile, LicenceReader, Statement

_OPTION = re.compile(r'(?<!\S)([A-Za-z_][A-Za-z0-9_]*)=(?:"([^"]*)"|([^\s"]*))')
_BEGINNINGS = frozenset({"LICENSE", "FEATURE", "HOST", "SERVER", "ISV", "DAEMON", "UPGRADE", "CUSTOMER"})
_LOCKED = frozenset({"node-locked", "nodelocked"})


def read_rlm_licence(text: str) -> LicenceFile:
    """Read an RLM licence file."""
    return _Reader().read_all(_joined(licence_hints.statements(text)))


class _Reader(LicenceReader):
    begins = _BEGINNINGS

    def read(self, statement: Statement, word: str, words: list[str]) -> None:
        match word:
            case "LICENSE" | "FEATURE":
                self.hints.append(_read_grant(statement, words))
            case "HOST" | "SERVER":
                self.hosts.extend(words[1:2])
            case "ISV" | "DAEMON":
                self.daemons.extend(words[1:2])
            case "CUSTOMER":
                pass
            case _:
                raise BadStatementError("not a line of a licence file that is read")


def _joined(lines: list[Statement]) -> list[Statement]:
    found: list[Statement] = []
    for line in lines:
        if found and _continues(found[-1].text, line.text):
            found[-1] = Statement(found[-1].line, f"{found[-1].text} {line.text}")
        else:
            found.append(line)
    return found


def _continues(text: str, line: str) -> bool:
    """Report whether a line goes on with the one before: with a value, within quotes, or with a piece of a key."""
    words = line.split()
    if words and words[0].upper() in _BEGINNINGS:
        return False
    return "=" in line or text.count('"') % 2 == 1 or len(words) == 1


def _read_grant(statement: Statement, words: list[str]) -> EntitlementHint:
    """Read ``LICENSE isv product version end number … name=value``."""
    if len(words) < 6:
        raise BadStatementError("has fewer than five fields")
    daemon, product, version, end, number = words[1:6]
    options = licence_hints.options_of(statement.text, _OPTION)
    quantity, metric, is_single = _read_number(number)
    hostid = options.get("hostid")
    if number.lower() in _LOCKED and not hostid:
        raise BadStatementError("is bound to a host and names none")
    return EntitlementHint(
        line=statement.line,
        feature=product,
        daemon=daemon,
        version=version,
        quantity=quantity,
        starts=licence_hints.read_optional_day(options.get("start")),
        ends=licence_hints.read_end(end),
        issued=licence_hints.read_optional_day(options.get("issued")),
        serial=options.get("_id") or None,
        issuer=options.get("issuer") or None,
        customer=options.get("customer") or None,
        contract=options.get("contract") or None,
        line_item=options.get("_line_item") or None,
        kind=options.get("type") or None,
        share=options.get("share") or None,
        metric=metric,
        node_locked=hostid if hostid and hostid.upper() != "ANY" else None,
        is_single=is_single,
    )


def _read_number(text: str) -> tuple[int | None, str | None, bool]:
    """Return number, metric, and whether it is for one process at a time; no number is uncounted."""
    lowered = text.lower()
    if lowered == "single":
        return 1, None, True
    if lowered in _LOCKED:
        return None, None, False
    # token, token_bounded, token_unlocked, meter: what is counted is another product or a meter, not seats of this one.
    if lowered.startswith(("token", "meter")):
        return None, "token" if lowered.startswith("token") else "meter", False
    return licence_hints.read_count(text), None, False
