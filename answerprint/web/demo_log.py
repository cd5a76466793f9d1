"""The debug log of the made-up FlexNet server: who took and gave back which seat, over the weeks before the polling."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import count

from answerprint.web.demo_captures import DAEMON, DemoFeature, holder_of, in_use

_STEP = timedelta(minutes=30)
_GROWTH = 0.35
"""So much less than now was used when the log began."""
_DENIED_AT = time(15, 30)


def debug_log(features: tuple[DemoFeature, ...], first: date, until: datetime) -> str:
    """Write what the vendor daemon logged from the morning of ``first`` to ``until``, a moment in its own zone."""
    lines = [
        f" 0:00:00 (lmgrd) FlexNet Licensing (v11.19.6 build 1) started on lic-a (linux) ({_day(first)})",
        f" 0:00:00 ({DAEMON}) Server started on lic-a for:\t{' '.join(one.name for one in features)}",
    ]
    out = dict.fromkeys((one.name for one in features), 0)
    end = until.replace(tzinfo=None)
    days = (end.date() - first).days
    for day in range(days + 1):
        share = 1 - _GROWTH * (days - day) / max(days, 1)
        for at in _moments(first + timedelta(days=day)):
            if at > end:
                break
            if at.time() == time():
                lines.append(f" 0:00:00 (lmgrd) TIMESTAMP {_day(at)}")
            for feature in features:
                wanted = round(in_use(feature, at) * share)
                lines += _turns(feature, out[feature.name], wanted, at)
                out[feature.name] = wanted
            if at.time() == _DENIED_AT and at.weekday() == 2:
                lines.append(_denied(features[0], at))
    return "\n".join(lines) + "\n"


def _moments(day: date) -> Iterator[datetime]:
    start = datetime.combine(day, time())  # wall time of the server, as the log has it
    for step in count():
        at = start + step * _STEP
        if at.date() != day:
            return
        yield at


def _turns(feature: DemoFeature, had: int, wanted: int, at: datetime) -> Iterator[str]:
    """Yield the lines by which so many seats become so many: the last to come is the first to go."""
    act = "OUT" if wanted > had else "IN"
    for place, seat in enumerate(range(min(had, wanted), max(had, wanted))):
        when = at + timedelta(seconds=7 * place)
        yield f'{when.hour:2}:{when:%M:%S} ({DAEMON}) {act}: "{feature.name}" {holder_of(seat)}  '


def _denied(feature: DemoFeature, at: datetime) -> str:
    return (
        f'{at.hour:2}:{at:%M}:59 ({DAEMON}) DENIED: "{feature.name}" noor@ws-31  '
        "(Licensed number of users already reached. (-4,342))"
    )


def _day(at: date) -> str:
    return f"{at.month}/{at.day}/{at.year}"
