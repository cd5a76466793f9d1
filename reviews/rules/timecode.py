"""Timecode (SMPTE ST 12-1): frames counted as hours, minutes, seconds and frames, with or without drop frame.

A rate is a fraction such as ``24000/1001``. Timecode counts whole frames a second: 24 for 24000/1001. Drop frame leaves
out numbers, never frames: two a minute at 29.97, four at 59.94, but none in a tenth minute; it is written with ``;``.
"""

import re
from dataclasses import dataclass
from fractions import Fraction

from answerprint.core.problems import Invalid
from answerprint.core.sentences import Sentence

_FORM = re.compile(r"([0-9]{2}):([0-5][0-9]):([0-5][0-9])([:;])([0-9]{2})")
_DROPPING = (30, 60)
_DROPS = Sentence("This rate drops frames: write ; before them.")
_DROPS_NOT = Sentence("This rate drops no frames.")


@dataclass(frozen=True, slots=True)
class Rate:
    """Frames a second, and whether the timecode drops numbers."""

    frames: Fraction
    drops: bool = False

    @property
    def counted(self) -> int:
        """How many frames timecode counts to a second."""
        return -(-self.frames.numerator // self.frames.denominator)

    @property
    def dropped(self) -> int:
        """How many numbers a minute leaves out."""
        return self.counted // 15 if self.drops else 0


def read_rate(text: str, *, drops: bool = False) -> Rate:
    """Read a rate such as ``24/1`` or ``30000/1001``; only 29.97 and 59.94 drop."""
    above, _, below = text.partition("/")
    rate = Rate(Fraction(int(above), int(below)))
    can_drop = rate.frames.denominator == 1001 and rate.counted in _DROPPING
    return Rate(rate.frames, drops=drops and can_drop)


def timecode(frame: int, rate: Rate) -> str:
    """Write a frame, counted from midnight, as timecode."""
    counted, dropped = rate.counted, rate.dropped
    if dropped:
        minute, ten_minutes = 60 * counted - dropped, 600 * counted - 9 * dropped
        tens, rest = divmod(frame, ten_minutes)
        # The first minute of ten drops nothing.
        later = max(0, (rest - dropped) // minute)
        frame += dropped * (9 * tens + later)
    seconds, frames = divmod(frame, counted)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour % 24:02d}:{minute:02d}:{second:02d}{';' if dropped else ':'}{frames:02d}"


def frame_at(text: str, rate: Rate) -> int:
    """Return the frame that a timecode names; raises ``Invalid`` naming ``timecode`` for one that is none."""
    found = _FORM.fullmatch(text.strip())
    if found is None:
        raise _refused(Sentence("A timecode is written 01:02:03:04, or 01:02:03;04 with drop frame."))
    hours, minutes, seconds, frames = (int(found[place]) for place in (1, 2, 3, 5))
    if hours > 23 or frames >= rate.counted:
        raise _refused(Sentence("Hours go to 23 and frames to %(last)s at this rate.", last=rate.counted - 1))
    if (found[4] == ";") != bool(rate.dropped):
        raise _refused(_DROPS if rate.dropped else _DROPS_NOT)
    if frames < rate.dropped and seconds == 0 and minutes % 10:
        raise _refused(Sentence("Drop frame leaves this number out."))
    whole = ((hours * 60 + minutes) * 60 + seconds) * rate.counted + frames
    return whole - rate.dropped * (hours * 54 + minutes - minutes // 10)


def _refused(sentence: str) -> Invalid:
    return Invalid(sentence, fields={"timecode": [sentence]})
