"""The usage lines of RLM: who holds which licence since when."""

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from licensing.collectors.dates import newest_before
from licensing.collectors.lines import Lines
from licensing.collectors.reading import Holder
from licensing.collectors.rlm_lines import ISV_TEXT


@dataclass(slots=True)
class YearlessStarts:
    """Start times of one text. With neither year nor weekday, the year is the newest that is not in the future."""

    zone: ZoneInfo
    is_missing_named: bool = False

    def read(
        self, month: int, day: int, hour: int, minute: int, *, reference: datetime | None, lines: Lines
    ) -> datetime | None:
        """Return the instant, or ``None`` with the reason as a doubt on the line."""
        if reference is None:
            # Said once: a doubt on every line would hide the others.
            if not self.is_missing_named:
                lines.doubt("the text does not say when it was printed, so no start time has a year; give the time")
            self.is_missing_named = True
            return None
        started = newest_before(month, day, hour, minute, reference=reference, zone=self.zone)
        if started is None:
            lines.doubt("the start is not a day and time that exists; it is kept without a year")
        return started


def read_holder(
    found: re.Match[str], *, isv: str, starts: YearlessStarts, reference: datetime | None, lines: Lines
) -> Holder:
    """Read ``product vX: user@host seats/reserved at MM/DD HH:MM (handle: h)``. A host holds no @, a user may."""
    _product, version, who, quantity, kept, month, day, hour, minute, handle, tail = found.groups()
    user, _, host = who.rpartition("@")
    if tail and not ISV_TEXT.fullmatch(tail):
        lines.doubt("what follows the handle is not in a form that is known")
    started = starts.read(int(month), int(day), int(hour), int(minute), reference=reference, lines=lines)
    return Holder(
        user=user or who,
        host=host if user else None,
        display=None,
        started=started,
        started_raw=f"{month}/{day} {hour}:{minute}",
        quantity=int(quantity),
        handle=handle,
        daemon=isv,
        version=version,
        who=who,
        from_reservation=int(kept),
        is_ambiguous=not user,
        is_year_assumed=started is not None,
    )
