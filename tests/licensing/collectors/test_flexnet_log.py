"""The debug log of a FlexNet vendor daemon."""

import io
import time
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from licensing.collectors.events import Event, EventKind
from licensing.collectors.flexnet_log import FlexnetLog
from licensing.collectors.lines import MAX_LINE
from licensing.collectors.reading import Diagnostic
from licensing.errors import NotACapture
from tests.licensing.collectors.log_samples import DAY, assert_counted, at, events, flexnet, one

FULL = "(Licensed number of users already reached. (-4,342))"


class TestSeats:
    """Lines that tell of a seat."""

    def test_a_checkout(self) -> None:
        """Feature, user, host, tag and number, at the time of the line."""
        event = one(' 8:00:01 (gradeco) OUT: "grade" anna@bay-07 [show-blue] (3 licenses)')

        assert (event.kind, event.at, event.line, event.daemon) == (EventKind.OUT, at(8, 0, 1), 2, "gradeco")
        assert (event.feature, event.user, event.host) == ("grade", "anna", "bay-07")
        assert (event.tag, event.quantity, event.doubt) == ("show-blue", 3, None)

    @pytest.mark.parametrize(
        ("word", "kind"),
        [
            ("IN", EventKind.IN),
            ("DENIED", EventKind.DENIED),
            ("UNSUPPORTED", EventKind.UNSUPPORTED),
            ("QUEUED", EventKind.QUEUED),
            ("DEQUEUED", EventKind.DEQUEUED),
        ],
    )
    def test_each_kind(self, word: str, kind: EventKind) -> None:
        """The word at the front says what happened."""
        assert one(f'10:00:00 (gradeco) {word}: "grade" anna@bay-07  ').kind is kind

    def test_a_seat_that_was_taken_back(self) -> None:
        """Why it came back without its user is kept."""
        event = one('17:53:25 (gradeco) IN: "grade" anna@bay-07  (INACTIVE)')

        assert (event.reason, event.quantity, event.doubt) == ("INACTIVE", 1, None)

    def test_a_user_with_a_space_and_a_host_that_is_missing(self) -> None:
        """A name ends where the daemon's own marks begin."""
        assert one('8:01:00 (gradeco) OUT: "grade" LOCAL SERVICE@bay-07  ').user == "LOCAL SERVICE"
        alone = one(f'8:01:00 (gradeco) DENIED: "grade" anna  {FULL}')
        assert (alone.user, alone.host, alone.code) == ("anna", None, -4)

    def test_a_feature_that_is_asked_for_over_the_network(self) -> None:
        """What stands between feature and user is no part of either."""
        event = one(
            '9:00:00 (gradeco) UNSUPPORTED: "grade" (PORT_AT_HOST_PLUS   ) anna@bay-07  (No such feature. (-5,346))'
        )

        assert (event.user, event.host, event.code) == ("anna", "bay-07", -5)

    def test_a_token_names_what_it_was_taken_for(self) -> None:
        """Token products are not quoted, and say in brackets which product they pay for."""
        event = one("14:46:39 (gradeco) OUT: GRTOK-token anna@bay-07  [GRADE]")

        assert (event.feature, event.asked_for) == ("GRTOK-token", "GRADE")
        assert one("14:46:39 (gradeco) DENIED: GRADE anna@bay-07  [gradeco]").asked_for is None

    def test_a_verbose_daemon(self) -> None:
        """Version, process, handle, and the daemon's own numbers; a project may hold spaces and may be missing."""
        tail = "^^^ 2.0 Anna Q 10.0.0.7 2985 0x12ce 4 9 show blue 11 19 3/13/2024 8:41:54 0 ^^^"
        event = one(f'8:41:54 (gradeco) OUT: "grade" @bay-07 (2 licenses) {tail}')

        assert (event.user, event.version, event.pid, event.handle) == ("Anna Q", "2.0", "2985", "0x12ce")
        assert (event.reported_in_use, event.reported_issued, event.project) == (4, 9, "show blue")
        assert (event.quantity, event.has_own_handle) == (2, False)
        assert one(f'8:41:54 (gradeco) IN: "grade" a@b {tail.replace(" show blue", "")}').project is None

    @pytest.mark.parametrize("tail", ["nonsense", "[open", "^^^ 2.0 anna ^^^", "(3 licences)", "(0 licenses)"])
    def test_what_is_left_over_is_a_doubt(self, tail: str) -> None:
        """The seat counts, and the event says that a part of its line was not understood."""
        event = one(f'8:01:00 (gradeco) OUT: "grade" anna@bay-07 ({tail})'.replace("((", "(").replace("))", ")"))
        assert event.feature == "grade"
        assert event.doubt is not None

    @pytest.mark.parametrize("rest", ["", '"grade"', "grade anna", '"" anna@bay', "3 grade to anna"])
    def test_a_line_without_feature_and_user_is_a_diagnostic(self, rest: str) -> None:
        """No event is made of half a line."""
        entries, count = flexnet(DAY, f"8:01:00 (gradeco) OUT: {rest}")

        assert isinstance(entries[0], Diagnostic)
        assert count.events == 0


class TestReason:
    """Why a request was refused may stand on the line after."""

    def test_it_is_joined_and_counted_as_a_notice(self) -> None:
        """Two lines, one event, one notice."""
        entries, count = flexnet(DAY, "8:01:00 (gradeco) DENIED: GRADE anna@bay-07  [gradeco]", FULL)
        (event,) = events(entries)

        assert (event.line, event.code, event.reason) == (2, -4, "Licensed number of users already reached. (-4,342)")
        assert (count.events, count.notices, count.reasons_joined) == (1, 2, 1)

    def test_it_may_have_a_time_and_a_daemon_of_its_own(self) -> None:
        """If it is the same daemon's; another's reason belongs to something else."""
        denied = '8:01:00 (gradeco) DENIED: "grade" anna@bay-07'
        entries, _ = flexnet(DAY, denied, f"8:01:00 (gradeco) {FULL}")
        assert events(entries)[0].code == -4

        entries, count = flexnet(DAY, denied, f"8:01:00 (otherco) {FULL}")
        assert events(entries)[0].code is None
        assert count.diagnostics == 1

    def test_a_denial_with_its_reason_takes_no_second_one(self) -> None:
        """The line after is then on its own, and no line that is known."""
        entries, count = flexnet(DAY, f'8:01:00 (gradeco) DENIED: "grade" anna@bay-07  (5 licenses) {FULL}', FULL)

        assert (events(entries)[0].code, events(entries)[0].quantity) == (-4, 5)
        assert (count.reasons_joined, count.diagnostics) == (0, 1)

    def test_a_denial_at_the_end_is_not_lost(self) -> None:
        """Nor is one that another denial follows."""
        denied = '8:01:00 (gradeco) DENIED: "grade" anna@bay-07'

        assert len(events(flexnet(DAY, denied, denied)[0])) == 2


class TestLife:
    """How daemons start, end and read their files again."""

    @pytest.mark.parametrize(
        ("text", "kind", "daemon"),
        [
            ("(gradeco) Server started on ferry for:\tgrade\t", EventKind.STARTED, "gradeco"),
            ("(lmgrd) FlexNet Licensing (v11.1 build 2) started on ferry (linux) (3/13/2024)", EventKind.STARTED, ""),
            ("(lmgrd) REStarted gradeco (internet tcp_port 5001 pid 77)", EventKind.STARTED, "gradeco"),
            ("(gradeco) EXITING DUE TO SIGNAL 15", EventKind.STOPPED, "gradeco"),
            ("(lmgrd) EXITING DUE TO SIGNAL 15", EventKind.STOPPED, ""),
            ("(gradeco) daemon shutdown requested - shutting down", EventKind.STOPPED, "gradeco"),
            ("(lmgrd) Shutting down gradeco pid=77", EventKind.STOPPED, "gradeco"),
            ("(lmgrd) gradeco exited with status 58", EventKind.STOPPED, "gradeco"),
            ("(lmgrd) REREAD request from root@ferry", EventKind.REREAD, ""),
            ("(gradeco) Rereading license file /srv/a.lic", EventKind.REREAD, "gradeco"),
        ],
    )
    def test_it_is_an_event_of_the_daemon_it_concerns(self, text: str, kind: EventKind, daemon: str) -> None:
        """An empty name is all daemons."""
        event = one(f"8:30:00 {text}")

        assert (event.kind, event.daemon) == (kind, daemon)

    def test_a_request_to_shut_down_is_no_end(self) -> None:
        """It may be refused."""
        _, count = flexnet(DAY, "8:30:00 (gradeco) Shutdown requested from anna at node bay-07")

        assert (count.events, count.notices) == (0, 2)

    def test_the_list_of_features_after_a_start(self) -> None:
        """Its lines are notices as long as they go on; what comes after them is judged by itself."""
        _, count = flexnet(
            DAY,
            "8:30:00 (gradeco) Server started on ferry for:\tgrade\t",
            "8:30:00 (gradeco) conform\t\trender\t",
            "8:30:00 (gradeco) paint ",
            "8:30:00 (gradeco) what is this",
            "8:30:00 (gradeco) late\t",
        )

        assert (count.events, count.notices, count.diagnostics) == (1, 3, 2)

    def test_the_note_at_the_beginning_ends(self) -> None:
        """A rule that is never closed hides no more than the note is long."""
        rule = "8:00:00 (lmgrd) -----------------------------------------------"
        lines = [DAY, rule, *["8:00:00 (lmgrd)   words"] * 40]
        _, count = flexnet(*lines)

        assert (count.notices, count.diagnostics) == (32, 10)


class TestStream:
    """A log may be of any length."""

    def test_it_is_read_line_by_line(self) -> None:
        """An event is given as soon as the line after it is there, and nothing is held back."""
        passed = 0

        def endless() -> Iterator[str]:
            nonlocal passed
            yield DAY
            while True:
                passed += 1
                yield '8:01:00 (gradeco) OUT: "grade" anna@bay-07'

        log = iter(FlexnetLog(endless(), zone=ZoneInfo("UTC")))

        for _ in range(1000):
            next(log)
        assert passed == 1000

    def test_a_line_without_end_is_not_held(self) -> None:
        """Of a file only the beginning of such a line is read at a time, and the next line counts again."""
        raw = DAY.encode() + b"\r\n" + b"x" * (MAX_LINE * 20) + b'\r\n8:01:00 (gradeco) OUT: "grade" anna@bay-07\r\n'
        log = FlexnetLog(io.BytesIO(raw), zone=ZoneInfo("UTC"))
        doubtful, event = list(log)

        assert isinstance(doubtful, Diagnostic)
        assert (doubtful.line, len(doubtful.text) < 300) == (2, True)
        assert isinstance(event, Event)
        assert (event.line, event.at, log.count.lines) == (3, at(8, 1), 3)

    def test_bytes_that_are_not_utf8_are_a_doubt(self) -> None:
        """Read as Latin-1, so that no byte is lost; a NUL is no text at all."""
        raw = DAY.encode() + '\n8:01:00 (gradeco) OUT: "grade" jürg@bay\n'.encode("latin-1") + b"8:02:00 (x) \x00\n"
        event, nul = list(FlexnetLog(io.BytesIO(raw), zone=ZoneInfo("UTC")))

        assert isinstance(event, Event)
        assert (event.user, event.doubt) == ("jürg", "not UTF-8; read byte by byte as Latin-1")
        assert isinstance(nul, Diagnostic)

    def test_utf16_is_refused(self) -> None:
        """With what to do about it."""
        with pytest.raises(NotACapture, match="UTF-8"):
            list(FlexnetLog(io.BytesIO(DAY.encode("utf-16")), zone=ZoneInfo("UTC")))

    @settings(max_examples=300, deadline=None)
    @given(
        st.lists(
            st.one_of(
                st.text(max_size=60).map(lambda text: text.replace("\n", " ")),
                st.sampled_from(
                    [
                        DAY,
                        FULL,
                        "",
                        '9:00:00 (gradeco) DENIED: "grade" anna@bay',
                        '3:00:00 (gradeco) OUT: "grade" anna@bay (2 licenses)',
                        "8:00:00 (gradeco) (@gradeco-SLOG@) Time: Fri Mar 15 2024 08:30:00 CET",
                        "8:30:00 (gradeco) Server started on ferry for:\tgrade\t",
                        "2024-03-13T08:00:00Z (gradeco) IN: x@y",
                    ]
                ),
                st.builds("{}:00:00 (gradeco) {}".format, st.integers(0, 24), st.text(max_size=30)),
            ),
            max_size=30,
        )
    )
    def test_any_lines_are_counted_once_each(self, lines: list[str]) -> None:
        """Events, notices and diagnostics are all the lines there are, whatever they hold."""
        lines = [line.replace("\n", " ").replace("\r", " ") for line in lines]
        log = FlexnetLog(lines, zone=ZoneInfo("Europe/Rome"))
        entries = list(log)

        assert_counted(lines, entries, log.count)
        for event in events(entries):
            assert event.at is not None or event.doubt is not None

    def test_44_000_lines_take_well_under_a_second(self) -> None:
        """The bound is wide, since a test shares its machine; docs/event-logs.md has the figure."""
        lines = [DAY]
        for number in range(44_000):
            minute, second = divmod(number // 13, 60)
            word = ("OUT", "IN")[number % 2]
            lines.append(
                f'{8 + minute // 60:2}:{minute % 60:02}:{second:02} (gradeco) {word}: "grade" u{number % 97}@bay'
            )
        begun = time.perf_counter()
        log = FlexnetLog(lines, zone=ZoneInfo("UTC"))
        read = sum(1 for _ in log)
        took = time.perf_counter() - begun

        assert read == log.count.events == 44_000
        assert took < 5
