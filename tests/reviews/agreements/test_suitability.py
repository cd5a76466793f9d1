"""What a method cannot carry is found when it is agreed, and an exception with an owner and an end answers it."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest

from reviews.rules.findings import answered, open_sentences
from reviews.rules.suitability import suitability
from reviews.rules.terms import Deviation, Method, Terms, Viewing
from reviews.rules.vocabulary import ColourSpace, DisplayClass, Loudness, MethodKind, Room, Subject, Transfer
from tests.reviews.agreements import drawn
from tests.reviews.agreements.agreeing import TODAY, honest_terms

HONEST = honest_terms(drawn.PEOPLE[0])
BEST = Viewing(
    display=DisplayClass.MASTERING,
    colour_space=ColourSpace.P3_D65,
    transfer=Transfer.PQ,
    peak_nits=1000,
    room=Room.SUITE,
    calibrated_on=date(2026, 3, 2),
    loudness=Loudness.EBU_R128,
)


def terms_with(kind: MethodKind, subject: Subject, viewing: Viewing = BEST) -> Terms:
    """Return terms that judge one thing by one method."""
    return replace(HONEST, subjects=(subject,), methods=(Method(kind, replace(viewing, judges=(subject,))),))


NEVER = {
    MethodKind.SUITE: "",
    MethodKind.LIVE_STREAM: "qc master",
    MethodKind.PIXEL_STREAM: "mix qc master",
    MethodKind.ASYNC_LINK: "qc master",
    MethodKind.DRIVE: "",
    MethodKind.TABLET: "hdr mix qc master",
    MethodKind.PAPER_AUDIO: "edit vfx colour hdr qc master",
}
"""What a method cannot carry, whatever the conditions; said apart from the rule, so that a slip in it shows."""


@pytest.mark.parametrize(("kind", "subject"), list(product(MethodKind, Subject)))
def test_best_conditions_leave_only_what_the_method_cannot_carry(kind: MethodKind, subject: Subject) -> None:
    """With the best display, room and chain, a method is good for what it carries and for nothing else."""
    found = [one.code for one in suitability(terms_with(kind, subject))]

    assert found == ([f"suitability.{subject.value}.M1"] if subject.value in NEVER[kind].split() else [])


@pytest.mark.parametrize(
    ("kind", "subject", "worse", "says"),
    [
        (MethodKind.TABLET, Subject.COLOUR, {"display": DisplayClass.CONSUMER}, "not what was graded"),
        (MethodKind.TABLET, Subject.COLOUR, {"display": DisplayClass.UNDECLARED}, "undeclared"),
        (MethodKind.ASYNC_LINK, Subject.COLOUR, {"display": DisplayClass.PROJECTOR}, "projector"),
        (MethodKind.SUITE, Subject.COLOUR, {"display": DisplayClass.MANAGED}, "managed"),
        (MethodKind.SUITE, Subject.COLOUR, {"calibrated_on": None}, "calibrated"),
        (MethodKind.LIVE_STREAM, Subject.COLOUR, {"transfer": None}, "transfer"),
        (MethodKind.SUITE, Subject.HDR, {"display": DisplayClass.MANAGED}, "HDR on a display"),
        (MethodKind.SUITE, Subject.HDR, {"transfer": Transfer.BT1886}, "chain"),
        (MethodKind.SUITE, Subject.HDR, {"colour_space": ColourSpace.REC709}, "chain"),
        (MethodKind.LIVE_STREAM, Subject.HDR, {"peak_nits": None}, "chain"),
        (MethodKind.LIVE_STREAM, Subject.HDR, {"peak_nits": 300}, "chain"),
        (MethodKind.ASYNC_LINK, Subject.MIX, {"room": Room.HOME}, "home"),
        (MethodKind.ASYNC_LINK, Subject.MIX, {"room": Room.OFFICE}, "speakers and level"),
        (MethodKind.SUITE, Subject.MIX, {"loudness": None}, "loudness target"),
        (MethodKind.SUITE, Subject.MIX, {"loudness": Loudness.NONE}, "loudness target"),
        (MethodKind.SUITE, Subject.QC, {"display": DisplayClass.CONSUMER}, "QC on a display"),
        (MethodKind.DRIVE, Subject.MASTER, {"calibrated_on": None}, "calibrated"),
    ],
)
def test_each_condition_is_missed(kind: MethodKind, subject: Subject, worse: dict[str, object], says: str) -> None:
    """One condition that lacks is one finding, which says why and what would carry it."""
    (found,) = suitability(terms_with(kind, subject, replace(BEST, **worse)))  # type: ignore[arg-type]

    assert found.code == f"suitability.{subject.value}.M1"
    assert found.field == "methods.0.viewing.judges"
    assert says in found.why
    assert found.needs


def test_projector_of_a_drive_is_cinema() -> None:
    """A theatrical grade is judged where it is shown."""
    viewing = replace(BEST, display=DisplayClass.PROJECTOR, colour_space=ColourSpace.DCI_P3, transfer=Transfer.GAMMA_26)

    assert not suitability(terms_with(MethodKind.DRIVE, Subject.COLOUR, viewing))


def test_what_no_method_judges_is_found() -> None:
    """A subject of the milestone without a method is a hole in the agreement."""
    (found,) = suitability(replace(HONEST, subjects=(Subject.EDIT, Subject.MIX)))

    assert (found.code, found.field) == ("suitability.mix.none", "subjects")


def test_second_method_does_not_heal_the_first() -> None:
    """Colour agreed for a link stays a finding, though the suite carries it too."""
    bad = Method(MethodKind.ASYNC_LINK, Viewing(judges=(Subject.COLOUR,)))
    good = Method(MethodKind.SUITE, replace(BEST, judges=(Subject.COLOUR,)))
    terms = replace(HONEST, subjects=(Subject.COLOUR,), methods=(good, bad))

    assert [one.code for one in suitability(terms)] == ["suitability.colour.M2"]


class TestExceptions:
    """An exception answers one finding, until its last day."""

    terms = terms_with(MethodKind.ASYNC_LINK, Subject.COLOUR, replace(BEST, display=DisplayClass.CONSUMER))

    def with_exception(self, of: str) -> Terms:
        """Return the terms with an exception until today."""
        return replace(self.terms, exceptions=(Deviation(of, "A look test.", "P1", TODAY),))

    def test_it_answers_until_its_last_day(self) -> None:
        """On that day still, on the next no more."""
        terms = self.with_exception("suitability.colour.M1")
        today, tomorrow = (answered(suitability(terms), terms, on=TODAY + timedelta(days=one)) for one in (0, 1))

        assert [one.answered_by for one in today] == ["X1"]
        assert not open_sentences(today)
        assert list(open_sentences(tomorrow)) == ["methods.0.viewing.judges"]

    def test_it_answers_what_it_names_and_nothing_else(self) -> None:
        """An exception for another method or subject leaves the finding open."""
        for of in ("suitability.colour.M2", "suitability.hdr.M1", "suitability.colour"):
            terms = self.with_exception(of)

            assert open_sentences(answered(suitability(terms), terms, on=TODAY)), of
