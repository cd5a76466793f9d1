"""The refusal of a text that another of the smaller licence servers printed, or none."""

import re

from licensing.collectors.formats import not_a_capture, stranger
from licensing.errors import NotACapture


def _mark(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.MULTILINE | re.ASCII)


_MARKS = {
    "sesinetd": ("SideFX", _mark(r"^-{2,} ?SERVER \S|^sesinetd: Version |\"total_tokens\"\s*:|\"license_list\"\s*:")),
    "lmx": ("LM-X", _mark(r"^LM-X (?:End-user Utility|License Server on)")),
    "dsls": ("DSLS", _mark(r"^License Administration Tool Version |Editor,EditorId,Feature,")),
    "sentinel": ("Sentinel RMS", _mark(r"^[ \t]*\|- (?:Feature Information|Feature name)|^[ \t]*Sentinel RMS ")),
    "lsdyna": ("LS-DYNA", _mark(r"^PROGRAM +EXPIRATION +CPUS|^[ \t]*LICENSE GROUP +\d")),
    "olicense": ("OLicense", _mark(r"^olixtool \d|^[ \t]*\d{1,10} FloatsLockedBy")),
    "pixar": ("Pixar", _mark(r"^PixarLicenseServer v|^[ \t]*\d{1,10} / (?:\d{1,10}|\*) +v\d")),
}


_ELDER = _mark(
    r"^[ \t]*(?:Users of .+?:|License server status:|Flexible License Manager status|lm(?:util|stat) - Copyright"
    r"|rlm(?:util|stat) v|rlm status on )"
)


def is_foreign(text: str, *, kind: str) -> bool:
    """Report whether a text has the marks of another server and none of its own."""
    if _MARKS[kind][1].search(text):
        return False
    return any(marks.search(text) for marks in (_ELDER, *(marks for _, marks in _MARKS.values())))


def refuse(text: str, *, kind: str, command: str, failure: str | None) -> NotACapture:
    """Return why a text is no capture of this kind: a failure that names no server, another's text, or nobody's."""
    name = _MARKS[kind][0]
    if failure is not None:
        return not_a_capture(
            f"The command could not ask a licence server ({failure[:200]}), and the text does not say which "
            f"(“localhost” is any machine): see that the server runs, then collect again with “{command}”."
        )
    for other, (whose, marks) in _MARKS.items():
        if other != kind and marks.search(text):
            return not_a_capture(f"This is text of {whose}, not of {name}: read it as the kind “{other}”.")
    return stranger(text, expected=name, command=command)
