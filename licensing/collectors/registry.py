"""The kinds of licence server, and the one door by which a capture is read."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from answerprint.core.problems import TooLarge
from licensing.collectors import dsls, flexnet, lmx, lsdyna, olicense, pixar, rlm, sentinel, sesinetd
from licensing.collectors.dsls import read_license_usage
from licensing.collectors.flexnet import read_lmstat
from licensing.collectors.flexnet_file_list import FileList, read_file_list
from licensing.collectors.formats import not_a_capture
from licensing.collectors.lines import shown
from licensing.collectors.lmx import read_licstat
from licensing.collectors.lsdyna import read_qrun
from licensing.collectors.olicense import read_olixtool
from licensing.collectors.pixar import read_pixar
from licensing.collectors.reading import Reading, diagnosed
from licensing.collectors.rlm import read_rlmstat
from licensing.collectors.sentinel import read_lsmon
from licensing.collectors.sesinetd import read_sesictrl

MAX_CAPTURE_BYTES = 8 * 1024 * 1024


class CollectorKind(StrEnum):
    """Whose text a capture is."""

    FLEXNET = "flexnet"
    RLM = "rlm"
    SESINETD = "sesinetd"
    LMX = "lmx"
    DSLS = "dsls"
    SENTINEL = "sentinel"
    LSDYNA = "lsdyna"
    OLICENSE = "olicense"
    PIXAR = "pixar"


def read_capture(kind: CollectorKind, raw: bytes, *, at: datetime | None, zone: ZoneInfo) -> Reading:
    """Read a capture. Raises ``NotACapture`` where it is none of this kind, ``TooLarge`` over 8 MiB.

    ``at`` is when it was printed, where the caller knows; ``zone`` is that of the server, which the text does not say.
    """
    text, strange = _decoded(raw)
    reading = _READERS[kind](text, at=at, zone=zone)
    if strange:
        first = strange[0]
        reason = f"{len(strange)} lines, this the first, are not UTF-8; they are read byte by byte as Latin-1"
        line = text.split("\n")[first - 1]
        return diagnosed(reading, line=first, text=shown(line), reason=reason)
    return reading


def read_hints(raw: bytes) -> FileList:
    """Read what ``lmstat -i`` lists of a licence file: hints, and no capture. Raises as ``read_capture`` does."""
    text, strange = _decoded(raw)
    if strange:
        raise not_a_capture(f"Line {strange[0]} is not UTF-8: save the text as UTF-8, then read it again.")
    return read_file_list(text)


def _decoded(raw: bytes) -> tuple[str, list[int]]:
    if len(raw) > MAX_CAPTURE_BYTES:
        sentence = f"A capture may have {MAX_CAPTURE_BYTES} bytes, and this has more: send one server's text at a time."
        raise TooLarge(sentence, fields={"text": [sentence]})
    text, strange = _decode(raw)
    if not text.strip():
        raise not_a_capture("The capture is empty: collect it again, and see that the command printed its answer.")
    return text, strange


def _decode(raw: bytes) -> tuple[str, list[int]]:
    """Return the text, and the lines that are not UTF-8. Latin-1 takes any byte and gives it back, so none is lost."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise not_a_capture("The capture is in UTF-16: save it as UTF-8, then send it again.")
    found = raw.find(b"\x00")
    if found >= 0:
        number = raw.count(b"\n", 0, found) + 1
        raise not_a_capture(f"Line {number} holds a NUL byte, so this is no text: send what the command printed.")
    try:
        return raw.decode(), []
    except UnicodeDecodeError:
        return _decode_by_line(raw)


def _decode_by_line(raw: bytes) -> tuple[str, list[int]]:
    lines: list[str] = []
    strange: list[int] = []
    for number, line in enumerate(raw.split(b"\n"), start=1):
        try:
            lines.append(line.decode())
        except UnicodeDecodeError:
            lines.append(line.decode("latin-1"))
            strange.append(number)
    return "\n".join(lines), strange


_READERS: dict[CollectorKind, Callable[..., Reading]] = {
    CollectorKind.FLEXNET: read_lmstat,
    CollectorKind.RLM: read_rlmstat,
    CollectorKind.SESINETD: read_sesictrl,
    CollectorKind.LMX: read_licstat,
    CollectorKind.DSLS: read_license_usage,
    CollectorKind.SENTINEL: read_lsmon,
    CollectorKind.LSDYNA: read_qrun,
    CollectorKind.OLICENSE: read_olixtool,
    CollectorKind.PIXAR: read_pixar,
}

COMMANDS: dict[CollectorKind, str] = {
    CollectorKind.FLEXNET: flexnet.COMMAND,
    CollectorKind.RLM: rlm.COMMAND,
    CollectorKind.SESINETD: sesinetd.COMMAND,
    CollectorKind.LMX: lmx.COMMAND,
    CollectorKind.DSLS: dsls.COMMAND,
    CollectorKind.SENTINEL: sentinel.COMMAND,
    CollectorKind.LSDYNA: lsdyna.COMMAND,
    CollectorKind.OLICENSE: olicense.COMMAND,
    CollectorKind.PIXAR: pixar.COMMAND,
}
"""What each kind of server is asked with."""
