"""What a denial that a licence server logged was: a shortage, or something that only looks like one."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licensing.collectors.events import Event, EventKind
from licensing.collectors.flexnet_log import FlexnetLog
from licensing.collectors.flexnet_options import read_options
from licensing.rules.logged_denials import Denial, Outcome, classify, count_denials, outcome_alone
from tests.licensing.collectors.log_samples import DAY, flexnet

START = datetime(2024, 3, 13, 9, tzinfo=UTC)
WINDOW = timedelta(minutes=10)
FULL, OUT = "Licensed number of users already reached. (-4,342)", EventKind.OUT


def denied(code: int | None = -4, *, minute: int = 0, is_final: bool | None = None) -> Event:
    """Return a denial."""
    at = START + timedelta(minutes=minute)
    return Event(1, at, EventKind.DENIED, "gradeco", "grade", "anna", "bay-07", code=code, is_final=is_final)


def later(minute: float, kind: EventKind = OUT, user: str = "anna", feature: str = "grade") -> Event:
    """Return something that happened after it."""
    return Event(2, START + timedelta(minutes=minute), kind, "gradeco", feature, user, "bay-09")


def outcome(*events: Event) -> Outcome:
    """Classify one denial, in a log that goes on for an hour."""
    (found,) = classify([*events, later(60, EventKind.REREAD, user="", feature="")], window=WINDOW)
    return found.outcome


class TestShortage:
    """A denial is true where nothing answers it."""

    def test_all_in_use_and_nothing_follows(self) -> None:
        """In the window; what comes after it is another request."""
        assert outcome(denied()) is Outcome.TRUE
        assert outcome(denied(), later(10.1)) is Outcome.TRUE

    def test_another_user_or_feature_answers_nothing(self) -> None:
        """Nor does another event of the same user."""
        assert outcome(denied(), later(1, user="bruno")) is Outcome.TRUE
        assert outcome(denied(), later(1, feature="paint")) is Outcome.TRUE
        assert outcome(denied(), later(1, EventKind.IN)) is Outcome.TRUE

    @pytest.mark.parametrize("minute", [0, 1, 10])
    def test_granted_within_the_window(self, minute: float) -> None:
        """From any host: the user has the seat after all."""
        granted = later(minute)
        (found,) = classify([denied(), granted], window=WINDOW)

        assert found == Denial(denied(), Outcome.RETRIED, granted)

    def test_granted_after_the_clock_was_set_back(self) -> None:
        """A later line is later."""
        assert outcome(denied(minute=5), later(1)) is Outcome.RETRIED

    def test_a_grant_answers_all_denials_before_it(self) -> None:
        """Three tries, one seat."""
        found = classify([denied(), denied(minute=1), denied(minute=2), later(3)], window=WINDOW)

        assert [one.outcome for one in found] == [Outcome.RETRIED] * 3

    @pytest.mark.parametrize("kind", [EventKind.QUEUED, EventKind.DEQUEUED])
    def test_queued(self, kind: EventKind) -> None:
        """The user waited in line."""
        assert outcome(denied(), later(1, kind)) is Outcome.QUEUED
        assert outcome(denied(-24)) is Outcome.QUEUED

    def test_the_log_ends_before_the_window(self) -> None:
        """What would have followed is not known."""
        (found,) = classify([denied(), later(9, user="bruno")], window=WINDOW)

        assert found.outcome is Outcome.UNCERTAIN

    def test_without_reason_it_is_uncertain(self) -> None:
        """Unless the user got the seat."""
        assert outcome(denied(None)) is Outcome.UNCERTAIN
        assert outcome(denied(None), later(1)) is Outcome.RETRIED
        assert outcome(denied(-15)) is Outcome.UNCERTAIN

    def test_without_time_it_is_uncertain(self) -> None:
        """Whether of the denial or of the grant."""
        undated = Event(1, None, EventKind.DENIED, "gradeco", "grade", "anna", code=-4)
        granted = Event(2, None, OUT, "gradeco", "grade", "anna")

        assert outcome(undated, later(1)) is Outcome.UNCERTAIN
        assert outcome(denied(), granted) is Outcome.UNCERTAIN


class TestNoShortage:
    """Denials that say nothing of too few seats."""

    @pytest.mark.parametrize(
        ("code", "is_final", "expected"),
        [
            (-38, None, Outcome.POLICY),
            (-39, None, Outcome.POLICY),
            (-87, None, Outcome.POLICY),
            (-101, None, Outcome.POLICY),
            (-5, None, Outcome.NOT_LICENSED),
            (-10, None, Outcome.NOT_LICENSED),
            (-18, None, Outcome.NOT_LICENSED),
            (-22, True, Outcome.TRUE),
            (-22, False, Outcome.RETRIED),
            (-25, True, Outcome.QUEUED),
            (-11, True, Outcome.POLICY),
            (-14, True, Outcome.POLICY),
            (-1, True, Outcome.NOT_LICENSED),
            (-6, False, Outcome.NOT_LICENSED),
            (-4, True, Outcome.UNCERTAIN),
            (-22, None, Outcome.UNCERTAIN),
        ],
    )
    def test_the_number_says_why(self, code: int, is_final: bool | None, expected: Outcome) -> None:  # noqa: FBT001
        """FlexNet's and RLM's numbers differ; RLM also says whether the application goes on to ask elsewhere."""
        assert outcome_alone(denied(code, is_final=is_final)) is expected

    def test_a_rule_of_the_house_stays_one(self) -> None:
        """Though the user gets a seat later, from another host perhaps."""
        assert outcome(denied(-38), later(1)) is Outcome.POLICY

    def test_not_supported(self) -> None:
        """Asked for and not licensed here: with or without reason."""
        event = Event(1, START, EventKind.UNSUPPORTED, "gradeco", "grade", "anna", "bay-07")

        assert outcome(event) is Outcome.NOT_LICENSED

    def test_a_token_in_the_same_second(self) -> None:
        """The product is denied, and a token is given for it."""
        entries, _ = flexnet(
            DAY,
            "14:46:39 (gradeco) DENIED: GRADE anna@bay-07  [gradeco]",
            f"({FULL})",
            "14:46:39 (gradeco) OUT: GRTOK-token anna@bay-07  [GRADE]",
            "14:46:40 (gradeco) DENIED: GRADE bruno@bay-08  [gradeco]",
            f"({FULL})",
            "14:46:41 (gradeco) OUT: GRTOK-token bruno@bay-08  [GRADE]",
            "16:00:00 (gradeco) REREAD request from root@ferry",
        )

        assert [one.outcome for one in classify(entries, window=WINDOW)] == [Outcome.SUBSTITUTED, Outcome.TRUE]


class TestCounts:
    """Denials by outcome."""

    def test_none_is_zero_only_where_it_would_be_recorded(self) -> None:
        """A server that was told not to write denials down has not had none."""
        options = read_options("NOLOG DENIED\n")
        silent = count_denials([], unlogged=options.unlogged)
        telling = count_denials([])

        assert not options.records_denials
        assert (silent.is_recorded, {silent.of(one) for one in Outcome}) == (False, {None})
        assert (telling.is_recorded, {telling.of(one) for one in Outcome}) == (True, {0})

    @pytest.mark.parametrize(
        ("kind", "unknown"),
        [
            (EventKind.OUT, {Outcome.TRUE, Outcome.RETRIED, Outcome.SUBSTITUTED}),
            (EventKind.QUEUED, {Outcome.TRUE, Outcome.QUEUED}),
            (EventKind.UNSUPPORTED, {Outcome.NOT_LICENSED}),
            (EventKind.IN, set[Outcome]()),
        ],
    )
    def test_a_number_rests_on_what_is_written(self, kind: EventKind, unknown: set[Outcome]) -> None:
        """Where grants are not written, each denial looks like a shortage: then their number is not known."""
        counts = count_denials([Denial(denied(), Outcome.TRUE)], unlogged=frozenset({kind}))

        assert {one for one in Outcome if counts.of(one) is None} == unknown

    def test_each_is_counted_once(self) -> None:
        """By its outcome."""
        found = classify([denied(), denied(-38, minute=1), later(2), later(60)], window=WINDOW)
        counts = count_denials(found)

        assert (counts.of(Outcome.RETRIED), counts.of(Outcome.POLICY), counts.of(Outcome.TRUE)) == (1, 1, 0)


class TestStream:
    """A log may be of any length."""

    def test_denials_come_out_when_their_window_has_passed(self) -> None:
        """In the order of the log, and nothing of before is held."""

        def endless() -> Iterator[Event]:
            line = 0
            while True:
                line += 1
                yield Event(line, START + line * WINDOW, EventKind.DENIED, "gradeco", "grade", f"user{line}", code=-4)

        found = classify(endless(), window=WINDOW / 2)

        assert [next(found).event.line for _ in range(100)] == list(range(1, 101))

    @given(
        st.lists(
            st.builds(
                "{:2}:{:02}:00 (gradeco) {}: {} u{}@bay {}".format,
                st.integers(8, 12),
                st.integers(0, 59),
                st.sampled_from(["DENIED", "OUT", "QUEUED", "UNSUPPORTED", "IN"]),
                st.sampled_from(['"grade"', '"paint"', "T-token"]),
                st.integers(0, 2),
                st.sampled_from([f"({FULL})", "[grade]", "(x (-38,348))", ""]),
            ),
            max_size=40,
        )
    )
    def test_each_denial_has_one_outcome(self, lines: list[str]) -> None:
        """None is dropped and none comes twice, in whatever order things happen."""
        entries = [*FlexnetLog([DAY, *lines], zone=ZoneInfo("UTC"))]
        kinds = {EventKind.DENIED, EventKind.UNSUPPORTED}
        asked = [one for one in entries if isinstance(one, Event) and one.kind in kinds]

        assert [found.event for found in classify(entries, window=WINDOW)] == asked
