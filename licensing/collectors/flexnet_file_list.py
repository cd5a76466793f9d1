"""FlexNet: the list that ``lmutil lmstat -i`` prints. It reads the licence file and asks no server.

So it tells nothing of use and gives no seats: each row is a hint of what a licence file claims, to be held against the
lots. Its last two columns stand in either order, and a vendor may be left out.
"""

import re
from dataclasses import dataclass

from licensing.collectors.dates import read_expiry
from licensing.collectors.formats import not_a_capture
from licensing.collectors.licence_hints import BadStatementError, EntitlementHint, read_count, read_end
from licensing.collectors.lines import Lines
from licensing.collectors.reading import Diagnostic

KIND = "lmstat-i"
COMMAND = "lmutil lmstat -i"


@dataclass(frozen=True, slots=True)
class FileList:
    """What was read of the list. Each line is an event or a diagnostic, each row a hint or a doubt."""

    hints: tuple[EntitlementHint, ...]
    diagnostics: tuple[Diagnostic, ...]
    lines: int
    events: int


def read_file_list(text: str) -> FileList:
    """Read the text of ``lmutil lmstat -i``. Raises ``NotACapture`` where the list's heading is nowhere in it."""
    lines = Lines(text.replace("\r\n", "\n"))
    hints: list[EntitlementHint] = []
    is_in_list = False
    for line in lines:
        if _HEAD.fullmatch(line) is not None:
            is_in_list = True
        elif _NOTICE.fullmatch(line) is None:
            hint = _read_row(line, lines, is_in_list=is_in_list)
            hints += [hint] if hint is not None else []
    if not is_in_list:
        raise not_a_capture(f"This is not what “{COMMAND}” prints: no line names Feature, Version and #licenses.")
    return FileList(tuple(hints), lines.diagnostics(), lines.total, lines.events)


def _read_row(line: str, lines: Lines, *, is_in_list: bool) -> EntitlementHint | None:
    found = _ROW.fullmatch(line) if is_in_list else None
    if found is None:
        lines.doubt("no row of the licence file's list")
        return None
    feature, version, count, first, second = found.groups()
    try:
        daemon, end = _vendor_and_end(first, second)
        quantity, ends = read_count(count), read_end(end)
    except BadStatementError as error:
        lines.doubt(str(error))
        return None
    return EntitlementHint(lines.number, feature, daemon, version, quantity, ends=ends)


def _vendor_and_end(first: str, second: str | None) -> tuple[str, str]:
    """Tell the vendor from the end; raises ``BadStatementError`` where both could be the end."""
    if second is None:
        return "", first
    is_end = read_expiry(first).is_understood, read_expiry(second).is_understood
    if all(is_end):
        raise BadStatementError("both of its last columns could be its end")
    return (second, first) if is_end[0] else (first, second)


_CELL = r"(permanent ?\(no expiration date\)|\S+)"
_ROW = re.compile(rf"(\S+)\s+(\S+)\s+(\S+)\s+{_CELL}(?:\s+{_CELL})?", re.ASCII | re.IGNORECASE)
_HEAD = re.compile(r"Feature\s+Version\s+#licenses\s.*", re.ASCII)
_NOTICE = re.compile(
    r"NOTE: lmstat -i .*|but only reads the license file\..*|lmstat -a is recommended instead\."
    r"|_+(?:\s+_+)+|(?:lmutil|lmstat) - Copyright .*|lmstat(?: v\S.*)?|\S*lmutil(?:\.exe)? .*"
    r"|Flexible License Manager status on .*|-{3,}",
    re.ASCII,
)
