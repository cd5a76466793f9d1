"""RLM licence files: what LICENSE lines grant.

The key, whether it stands alone or as ``sig=``, ``_ck=`` or ``_ps``, is never kept, nor shown in a diagnostic. A line
that does not begin with a word of the format continues the one before it, as license files are often sent.
"""

import re

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

_OPTION = re.compile(r'(?<!\S)([A-Za-z_][A-Za-z0-9_]*)=(?:"([^"]*)"|([^\s"]*))')
_BEGINNINGS = frozenset({"LICENSE", "FEATURE", "HOST", "SERVER", "ISV", "DAEMON", "UPGRADE", "CUSTOMER"})
_LOCKED = frozenset({"node-locked", "nodelocked"})


def read_rlm_licence(text: str) -> LicenceFile:
    """Read an RLM licence file."""
    hints, diagnostics = list[EntitlementHint](), list[Diagnostic]()
    hosts, daemons = list[str](), list[str]()
    found = _joined(statements(text))
    for statement in found:
        words = statement.text.split()
        try:
            hint = _read(statement, words)
        except BadStatementError as error:
            diagnostics.append(Diagnostic(statement.line, _shown(words), str(error)))
            continue
        if hint is not None:
            hints.append(hint)
        elif words[0].upper() in {"HOST", "SERVER"}:
            hosts.extend(words[1:2])
        elif words[0].upper() in {"ISV", "DAEMON"}:
            daemons.extend(words[1:2])
    notices = len(found) - len(hints) - len(diagnostics)
    return LicenceFile(tuple(hints), tuple(diagnostics), tuple(hosts), tuple(daemons), len(found), notices)


def _read(statement: Statement, words: list[str]) -> EntitlementHint | None:
    """Return the grant of a statement, or ``None`` where it grants nothing."""
    word = words[0].upper() if words else ""
    if word in {"LICENSE", "FEATURE"}:
        return _read_grant(statement, words)
    if word not in _BEGINNINGS or word == "UPGRADE":
        raise BadStatementError("not a line of a licence file that is read")
    return None


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
    options = options_of(statement.text, _OPTION)
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
        starts=read_optional_day(options.get("start")),
        ends=read_end(end),
        issued=read_optional_day(options.get("issued")),
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
    return read_count(text), None, False


def _shown(words: list[str]) -> str:
    """Show a statement by its first words, as far as no key can stand among them."""
    if not words or words[0].upper() not in _BEGINNINGS:
        return "…"
    return " ".join([*(word for word in words[:3] if "=" not in word), "…"])
