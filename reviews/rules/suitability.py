"""What a way of reviewing cannot carry: found when it is agreed, not in the dispute.

What a method carries at all, and what viewing conditions make it good for, follows the trade's own guidance: Netflix's
"Critical Viewing Environment" and "Remote Color Grading and Reviews", EBU R 128 and ITU-R BT.2100. HDR needs its whole
chain named; a mix needs a loudness target and a room to hear it in; a display that nobody knows carries no colour.
"""

from collections.abc import Iterator

from reviews.rules.findings import Finding
from reviews.rules.labels import methods_by_label
from reviews.rules.terms import Method, Terms, Viewing
from reviews.rules.vocabulary import ColourSpace, DisplayClass, Loudness, MethodKind, Room, Subject, Transfer, title

_ALL = frozenset(Subject)
_SHOTS = frozenset({Subject.EDIT, Subject.VFX, Subject.TITLES, Subject.CAPTIONS})
_STREAMED = _SHOTS | {Subject.COLOUR, Subject.HDR}

CARRIES: dict[MethodKind, frozenset[Subject]] = {
    MethodKind.SUITE: _ALL,
    MethodKind.LIVE_STREAM: _STREAMED | {Subject.MIX},
    MethodKind.PIXEL_STREAM: _STREAMED,
    MethodKind.ASYNC_LINK: _STREAMED | {Subject.MIX},
    MethodKind.DRIVE: _ALL,
    MethodKind.TABLET: _SHOTS | {Subject.COLOUR},
    MethodKind.PAPER_AUDIO: frozenset({Subject.TITLES, Subject.CAPTIONS, Subject.MIX}),
}
"""What a method can carry, given the conditions for it."""

_TRUSTED = (DisplayClass.MASTERING, DisplayClass.REFERENCE)
_CINEMA = (*_TRUSTED, DisplayClass.PROJECTOR)
_HEARD_IN = (Room.MIX_STAGE, Room.THEATRE, Room.SUITE)
_IN_HOUSE = (MethodKind.SUITE, MethodKind.DRIVE)
_HDR_PEAK_MIN = 400

_Reason = tuple[str, str]
"""Why it cannot be relied on, and what would carry it."""


def suitability(terms: Terms) -> tuple[Finding, ...]:
    """Return what the methods are agreed to judge and cannot carry, and what is to be judged by none of them."""
    found = [one for label, method in methods_by_label(terms).items() for one in _of_method(label, method)]
    judged = {subject for method in terms.methods for subject in method.viewing.judges}
    found += [_unjudged(subject) for subject in terms.subjects if subject not in judged]
    return tuple(found)


def _of_method(label: str, method: Method) -> Iterator[Finding]:
    for subject in dict.fromkeys(method.viewing.judges):
        reasons = list(_reasons(method, subject))
        if reasons:
            yield Finding(
                code=f"suitability.{subject.value}.{label}",
                field=f"methods.{int(label[1:]) - 1}.viewing.judges",
                why=" ".join(why for why, _ in reasons),
                needs=" ".join(dict.fromkeys(needs for _, needs in reasons)),
            )


def _unjudged(subject: Subject) -> Finding:
    name = title(subject)
    return Finding(
        code=f"suitability.{subject.value}.none",
        field="subjects",
        why=f"The client is to judge {name}, and no method is agreed for it.",
        needs=f"Say which method judges {name}.",
    )


def _reasons(method: Method, subject: Subject) -> Iterator[_Reason]:
    if subject not in CARRIES[method.kind]:
        able = ", ".join(title(kind) for kind, subjects in CARRIES.items() if subject in subjects)
        why = f"{_start(title(subject))} cannot be judged by {title(method.kind)}."
        yield why, f"What can carry it: {able}."
        return
    match subject:
        case Subject.COLOUR:
            yield from _colour(method)
        case Subject.HDR:
            yield from _hdr(method.viewing)
        case Subject.MIX:
            yield from _mix(method.viewing)
        case Subject.QC | Subject.MASTER:
            yield from _critical(method.viewing, subject)
        case _:
            return


def _colour(method: Method) -> Iterator[_Reason]:
    viewing = method.viewing
    good = _CINEMA if method.kind in _IN_HOUSE else (*_TRUSTED, DisplayClass.MANAGED)
    if viewing.display not in good:
        why = f"Colour by {title(method.kind)} on a display that is {title(viewing.display)} is not what was graded."
        yield why, f"What carries it: a display that is {_any_of(good)}."
    if viewing.colour_space is None or viewing.transfer is None:
        yield "Colour is judged, and nobody said in which colour space and transfer.", "Name both."
    if method.kind is MethodKind.SUITE and viewing.calibrated_on is None:
        yield "Colour is judged in the suite, and nobody said when its display was calibrated.", "Name the day."


def _hdr(viewing: Viewing) -> Iterator[_Reason]:
    if viewing.display not in _TRUSTED:
        why = f"HDR on a display that is {title(viewing.display)} shows another picture on each."
        yield why, f"What carries it: a display that is {_any_of(_TRUSTED)}."
    missing = [
        name
        for name, is_named in {
            "a colour space wide enough (P3 D65 or Rec. 2020)": viewing.colour_space
            in (ColourSpace.P3_D65, ColourSpace.REC2020),
            "an HDR transfer (PQ or HLG)": viewing.transfer in (Transfer.PQ, Transfer.HLG),
            f"a peak luminance of {_HDR_PEAK_MIN} nits or more": (viewing.peak_nits or 0) >= _HDR_PEAK_MIN,
        }.items()
        if not is_named
    ]
    if missing:
        yield "HDR is judged, and its chain is not named as an HDR chain.", f"Name {', '.join(missing)}."


def _mix(viewing: Viewing) -> Iterator[_Reason]:
    if viewing.loudness is None or viewing.loudness is Loudness.NONE:
        yield "A mix is judged, and no loudness target is agreed.", "Name the target."
    if viewing.room not in _HEARD_IN:
        yield (
            f"A mix cannot be judged where the room is {title(viewing.room)}: nobody knows speakers and level there.",
            f"What carries it: {_any_of(_HEARD_IN)}.",
        )


def _critical(viewing: Viewing, subject: Subject) -> Iterator[_Reason]:
    if viewing.display not in _CINEMA:
        why = f"{_start(title(subject))} on a display that is {title(viewing.display)} misses what it is to find."
        yield why, f"What carries it: a display that is {_any_of(_CINEMA)}."
    if viewing.calibrated_on is None:
        why = f"{_start(title(subject))} is judged, and nobody said when the display was calibrated."
        yield why, "Name the day."


def _any_of(words: tuple[DisplayClass, ...] | tuple[Room, ...]) -> str:
    return " or ".join(title(one) for one in words)


def _start(text: str) -> str:
    return text[:1].upper() + text[1:]
