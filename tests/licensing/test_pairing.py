"""Which return belongs to which checkout: graded, and nothing dropped."""

from datetime import UTC, datetime, timedelta

import pytest

from licensing.collectors.events import Event, EventKind
from licensing.collectors.reading import Diagnostic
from licensing.rules.pairing import Grade, Pairing, Session
from licensing.rules.pairing_held import Point

START = datetime(2024, 3, 13, 9, tzinfo=UTC)
OUT, IN = EventKind.OUT, EventKind.IN


def event(
    line: int,
    kind: EventKind,
    user: str = "anna",
    *,
    quantity: int = 1,
    daemon: str = "gradeco",
    feature: str = "grade",
    host: str | None = "bay",
    tag: str | None = None,
    pid: str | None = None,
    handle: str | None = None,
    own: str | None = None,
) -> Event:
    """Return an event, a minute for each line; ``own`` is a handle of this checkout alone."""
    return Event(
        line,
        START + timedelta(minutes=line),
        kind,
        daemon,
        feature,
        user,
        host,
        tag,
        quantity,
        pid=pid,
        handle=own or handle,
        has_own_handle=own is not None,
    )


def point(line: int) -> Point:
    """Return where an event of that line is."""
    return Point(line, START + timedelta(minutes=line))


def paired(*events: Event | Diagnostic) -> list[Session]:
    """Return the sessions of some events."""
    return list(Pairing().sessions(events))


def ends(sessions: list[Session]) -> list[tuple[Grade, int | None, int | None, int]]:
    """Return grade, lines and seats of each session."""
    return [
        (
            one.grade,
            one.opened.line if one.opened else None,
            one.closed.line if one.closed else None,
            one.quantity,
        )
        for one in sessions
    ]


class TestGrades:
    """From sure to unsure."""

    def test_a_handle_of_its_own_ties_both_ends(self) -> None:
        """Whatever else the same user has open, and in whatever order it comes back."""
        found = paired(
            event(1, OUT, own="a1"),
            event(2, OUT, own="a2"),
            event(3, IN, own="a1"),
            event(4, IN, own="a2"),
        )

        assert ends(found) == [(Grade.HANDLE, 1, 3, 1), (Grade.HANDLE, 2, 4, 1)]
        assert all(one.is_tied for one in found)

    def test_a_return_needs_no_feature_where_it_has_a_handle(self) -> None:
        """RLM's small format writes none."""
        found = paired(
            event(1, OUT, own="a1"),
            event(2, IN, own="a1", feature="", user="", host=None),
        )

        assert [(one.grade, one.feature, one.user) for one in found] == [(Grade.HANDLE, "grade", "anna")]

    def test_a_handle_may_come_again_after_its_return(self) -> None:
        """Each time it ties one checkout and one return."""
        found = paired(event(1, OUT, own="a1"), event(2, IN, own="a1"), event(3, OUT, own="a1"), event(4, IN, own="a1"))

        assert ends(found) == [(Grade.HANDLE, 1, 2, 1), (Grade.HANDLE, 3, 4, 1)]

    def test_a_handle_that_is_given_anew_ends_its_session(self) -> None:
        """At that time or before; its return was lost."""
        found = paired(event(1, OUT, own="a1"), event(2, OUT, "bruno", own="a1"), event(3, IN, "bruno", own="a1"))

        assert ends(found) == [(Grade.REUSED, 1, 2, 1), (Grade.HANDLE, 2, 3, 1)]

    def test_a_handle_of_the_client_ties_where_one_checkout_bears_it(self) -> None:
        """FlexNet's; two checkouts of one client are told apart by nothing."""
        single = paired(event(1, OUT, handle="1"), event(2, OUT, handle="2"), event(3, IN, handle="1"))
        double = paired(event(1, OUT, handle="1"), event(2, OUT, handle="1"), event(3, IN, handle="1"))

        assert ends(single)[0] == (Grade.HANDLE, 1, 3, 1)
        assert ends(double)[0] == (Grade.WEAK, 2, 3, 1)

    def test_a_process_ties_both_ends(self) -> None:
        """Where it has one checkout of the feature open."""
        found = paired(event(1, OUT, pid="7"), event(2, OUT, pid="8"), event(3, IN, pid="7"))

        assert ends(found)[0] == (Grade.PID, 1, 3, 1)

    def test_one_checkout_of_user_and_host(self) -> None:
        """Others' checkouts do not matter, nor those of other features."""
        found = paired(event(1, OUT), event(2, OUT, "bruno"), event(3, OUT, feature="paint"), event(4, IN))

        assert ends(found)[0] == (Grade.UNIQUE, 1, 4, 1)
        assert (found[0].opened_first, found[0].opened_last) == (point(1), point(1))

    def test_the_tag_of_the_application_tells(self) -> None:
        """One of two open checkouts bears the return's tag."""
        found = paired(event(1, OUT, tag="blue"), event(2, OUT, tag="red"), event(3, IN, tag="blue"))

        assert ends(found)[0] == (Grade.UNIQUE, 1, 3, 1)

    def test_several_that_fit_give_an_interval(self) -> None:
        """The return may be the first one's or the last one's; it is laid to the last."""
        found = paired(event(1, OUT), event(2, OUT), event(3, OUT), event(5, IN), event(6, IN))

        assert ends(found)[:2] == [(Grade.WEAK, 3, 5, 1), (Grade.WEAK, 2, 6, 1)]
        assert [(one.opened_first, one.opened_last) for one in found[:2]] == [(point(1), point(3))] * 2

    def test_what_is_left_after_a_guess_is_no_surer(self) -> None:
        """The last to come back may be any of them, though it stands alone by then."""
        found = paired(event(1, OUT), event(2, OUT), event(3, IN), event(4, IN))

        assert ends(found)[1] == (Grade.WEAK, 1, 4, 1)
        assert (found[1].opened_first, found[1].opened_last) == (point(1), point(2))

    def test_the_interval_ends_with_what_it_was_about(self) -> None:
        """Once all had come back, the next checkout is alone again."""
        found = paired(event(1, OUT), event(2, OUT), event(3, IN), event(4, IN), event(5, OUT), event(6, IN))

        assert ends(found)[2] == (Grade.UNIQUE, 5, 6, 1)

    def test_the_number_of_seats_tells_little(self) -> None:
        """The one of the same number is chosen, and the grade stays weak."""
        found = paired(event(1, OUT, quantity=8), event(2, OUT), event(3, IN, quantity=8))

        assert ends(found)[0] == (Grade.WEAK, 1, 3, 8)

    def test_a_part_and_several_together_are_ambiguous(self) -> None:
        """No seat is lost on the way."""
        part = paired(event(1, OUT, quantity=3), event(2, IN, quantity=2), event(3, IN))
        together = paired(event(1, OUT), event(2, OUT), event(3, IN, quantity=2))

        assert ends(part) == [(Grade.AMBIGUOUS, 1, 2, 2), (Grade.UNIQUE, 1, 3, 1)]
        assert ends(together) == [(Grade.AMBIGUOUS, 2, 3, 1), (Grade.WEAK, 1, 3, 1)]

    def test_a_return_without_checkout(self) -> None:
        """Taken before the log began; after a restart it cannot be from before that."""
        before = paired(event(2, IN, quantity=2))
        after = paired(event(1, EventKind.STARTED, user=""), event(2, IN))

        assert ends(before) == [(Grade.ORPHAN, None, 2, 2)]
        assert before[0].opened_first is None
        assert after[0].opened_first == point(1)

    def test_more_seats_than_were_taken(self) -> None:
        """What is over is a return without checkout."""
        found = paired(event(1, OUT), event(2, IN, quantity=3))

        assert [(one.grade, one.quantity) for one in found] == [(Grade.AMBIGUOUS, 1), (Grade.ORPHAN, 2)]

    def test_what_is_open_when_the_log_ends(self) -> None:
        """Stands at the end, in the order of the log."""
        found = paired(event(1, OUT, "bruno"), event(2, OUT), event(3, OUT, "bruno"))

        assert ends(found) == [(Grade.OPEN, 1, None, 1), (Grade.OPEN, 2, None, 1), (Grade.OPEN, 3, None, 1)]


class TestServer:
    """What the server itself tells."""

    @pytest.mark.parametrize("kind", [EventKind.STARTED, EventKind.STOPPED])
    def test_an_end_or_a_start_ends_all_of_that_daemon(self, kind: EventKind) -> None:
        """And nothing of another's."""
        found = paired(event(1, OUT), event(2, OUT, daemon="otherco"), event(3, kind, user=""), event(4, IN))

        assert ends(found) == [
            (Grade.RESTARTED, 1, 3, 1),
            (Grade.ORPHAN, None, 4, 1),
            (Grade.OPEN, 2, None, 1),
        ]

    def test_a_start_of_the_whole_server_ends_all(self) -> None:
        """Its daemon's name is empty."""
        found = paired(event(1, OUT), event(2, OUT, daemon="otherco"), event(3, EventKind.STARTED, daemon=""))

        assert [one.grade for one in found] == [Grade.RESTARTED, Grade.RESTARTED]

    def test_from_where_on_all_is_known(self) -> None:
        """From the first start of a daemon, or from a list of what is in use."""
        pairing = Pairing()
        list(pairing.sessions([event(3, EventKind.STARTED), event(5, EventKind.STARTED), event(6, EventKind.SWITCHED)]))

        assert pairing.known_from == {"gradeco": point(3)}

    def test_a_reread_ends_nothing(self) -> None:
        """Seats stay out."""
        assert ends(paired(event(1, OUT), event(2, EventKind.REREAD), event(3, IN))) == [(Grade.UNIQUE, 1, 3, 1)]

    def test_what_the_server_lists_was_taken_before(self) -> None:
        """A seat in use of which the log holds no checkout; and one of which it does was seen."""
        found = paired(
            event(1, EventKind.IN_USE, own="a1"),
            event(2, OUT, own="a2"),
            event(3, EventKind.IN_USE, own="a2"),
            event(4, IN, own="a1"),
        )

        assert ends(found) == [(Grade.HANDLE, None, 4, 1), (Grade.OPEN, 2, None, 1)]
        assert (found[0].opened_last, found[0].seen, found[1].seen) == (point(1), point(1), point(3))

    def test_diagnostics_are_passed_over(self) -> None:
        """The stream of a log may be given as it is."""
        assert ends(paired(event(1, OUT), Diagnostic(2, "?", "?"), event(3, IN))) == [(Grade.UNIQUE, 1, 3, 1)]
