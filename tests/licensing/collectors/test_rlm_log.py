"""The report log of an RLM ISV server."""

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from licensing.collectors.events import Event, EventKind, PoolRecord
from licensing.collectors.reading import Diagnostic
from tests.licensing.collectors.log_samples import RLM_HEAD, at, events, rlm

OUT = 'OUT grade_i 2024.0331 6 anna bay-07 "" 1 3 0 36a5 36a5 1f2 "" "" "" 03/13 08:10:01'
IN = 'IN 1 grade_i 2024.0331 anna bay-07 "" 1 2 0 36a5 03/13 08:20:00'
POOL = 'PRODUCT grade_i 2024.0701 6 22 2 24 "ANY" "C-77" "A House" "Grade Co" "item 4" "" 3 0 floating 5 0 0 0 0 0'


def of(*records: str, zone: str = "UTC") -> Event:
    """Read the one event after the head of a log."""
    entries, _ = rlm(RLM_HEAD + "\n".join(records), zone=zone)
    _, event = events(entries)
    return event


class TestRecords:
    """What the records of the three formats say."""

    def test_a_checkout(self) -> None:
        """Product, pool, user, handles; handles and processes are hexadecimal."""
        event = of(OUT)

        assert (event.kind, event.at, event.line, event.daemon) == (EventKind.OUT, at(8, 10, 1), 6, "gradeco")
        assert (event.feature, event.version, event.pool) == ("grade_i", "2024.0331", "6")
        assert (event.user, event.host, event.tag) == ("anna", "bay-07", None)
        assert (event.handle, event.share, event.pid, event.has_own_handle) == ("36a5", "36a5", "1f2", True)
        assert (event.quantity, event.reported_in_use, event.asked_for) == (1, 3, None)

    def test_the_detailed_format(self) -> None:
        """Parts of a second, and five fields more behind them."""
        detailed = OUT + '.1234 "x64_l1 5.1" "/opt/grade" 0 "" 10.0.0.7'

        assert of(detailed).at == at(8, 10, 1)
        assert of(IN + ".0001").handle == "36a5"

    def test_the_small_format(self) -> None:
        """Hour and minute only: the day is that of the last record with one, and passes at midnight."""
        small = 'OUT grade_i 2024.0331 anna bay-07 "" 1 36a5 36a5 23:50'
        first, second = events(rlm(RLM_HEAD + small + "\nIN 1 1 36a5 00:10")[0])[1:]

        assert (first.at, first.share) == (at(23, 50), "36a5")
        assert (second.at, second.handle, second.feature) == (at(0, 10, day=14), "36a5", "")

    def test_a_token_says_what_was_asked_for(self) -> None:
        """The product that is taken is another one."""
        event = of(OUT.replace('"" "" "" 03/13', '"show blue" "grade_pro" "5.0" 03/13'))

        assert (event.project, event.asked_for) == ("show blue", "grade_pro")

    def test_a_return_says_why(self) -> None:
        """In words."""
        assert of(IN).reason == "returned by the application"
        assert of(IN.replace("IN 1 ", "IN 4 ")).reason == "taken back after the time-out"
        assert of(IN.replace("IN 1 ", "IN 99 ")).reason == "why 99"

    @pytest.mark.parametrize(("last", "is_final"), [("0", False), ("1", True)])
    def test_a_denial(self, last: str, is_final: bool) -> None:  # noqa: FBT001 - a parameter of the test
        """Why, and whether the application goes on to ask elsewhere."""
        event = of(f'DENY grade_i 2024.0331 anna bay-07 "" 2 -22 {last} 03/13 08:11')

        assert (event.kind, event.code, event.is_final, event.quantity) == (EventKind.DENIED, -22, is_final, 2)

    def test_the_queue(self) -> None:
        """QUE and DEQUE, with the handle that ties them."""
        queued = of('QUE grade_i 2024.0331 anna bay-07 "" 1 36a7 "" "" "" 03/13 08:11:00')
        left = of('DEQUE 6 grade_i 2024.0331 anna bay-07 "" 1 36a7 03/13 08:12:00')

        assert (queued.kind, queued.handle) == (EventKind.QUEUED, "36a7")
        assert (left.kind, left.handle) == (EventKind.DEQUEUED, "36a7")

    def test_what_is_in_use(self) -> None:
        """With and without share handle."""
        shared = of('INUSE grade_i 2024.0331 6 anna bay-07 "" 1 36a6 36a5 1f3 03/13 08:00:00')
        older = of('INUSE grade_i 2024.0331 6 anna bay-07 "" 1 36a6 1f3 03/13 08:00:00')

        assert (shared.kind, shared.handle, shared.share) == (EventKind.IN_USE, "36a6", "36a5")
        assert (older.handle, older.share, older.pid) == ("36a6", None, "1f3")

    def test_a_pool_leads_to_the_contract(self) -> None:
        """Contract, customer, issuer and line item, each as it stands."""
        entries, count = rlm(RLM_HEAD + POOL)
        pool = entries[1]

        assert isinstance(pool, PoolRecord)
        assert (pool.product, pool.pool, pool.count, pool.reserved, pool.soft_limit) == ("grade_i", "6", 22, 2, 24)
        assert (pool.contract, pool.customer, pool.issuer, pool.line_item) == ("C-77", "A House", "Grade Co", "item 4")
        assert (pool.share, pool.kind, pool.named_users, pool.options) == ("3", "floating", 5, None)
        assert count.events == 2

    @pytest.mark.parametrize(
        ("record", "kind"),
        [
            ("SHUTDOWN root ferry 03/13 09:00:00", EventKind.STOPPED),
            ("REREAD root ferry 03/13 09:00:00", EventKind.REREAD),
            ("TIMEJUMP -20 03/13 09:00:00", EventKind.CLOCK_SET),
            ("SWITCH to /srv/new.log", EventKind.SWITCHED),
        ],
    )
    def test_the_life_of_the_server(self, record: str, kind: EventKind) -> None:
        """Shut down, read again, its clock set, its log switched."""
        assert of(record).kind is kind

    def test_a_start_after_a_switch_starts_no_server(self) -> None:
        """The log goes on in another file; what is out stays out."""
        entries, _ = rlm("SWITCH from /srv/old.log\n" + RLM_HEAD)

        assert [event.kind for event in events(entries)] == [EventKind.SWITCHED, EventKind.SWITCHED]

    @pytest.mark.parametrize(
        "record",
        [
            "AUTH 1 60PG4515BFT",
            "BADAUTH (1 errors, 2 sessions, 3 authentication sections)",
            "LICENSE FILE /srv/grade.lic",
            "TIMEZONE 0 0 0 # readable",
            "REPROCESSED with rlmanon v12.3",
            "END 03/13/2024 09:00",
            "03/13/2024 09:00",
            'LOG 03/13 09:00:00 "words"',
        ],
    )
    def test_notices(self, record: str) -> None:
        """Known, and no event of their own."""
        _, count = rlm(RLM_HEAD + record)

        assert (count.events, count.diagnostics) == (1, 0)

    @pytest.mark.parametrize(
        "record",
        [
            "OUT grade_i",
            OUT.replace(" 1 3 0 ", " one 3 0 "),
            OUT.replace("36a5 36a5", "36a5 xyz!"),
            OUT.replace("03/13 08:10:01", "today now"),
            OUT + " more",
            'DENY grade_i 2024.0331 anna bay-07 "" 2 full 1 03/13 08:11',
            "PRODUCT grade_i 1.0 6 many 0 0",
            "START ferry",
            "TIMEJUMP a lot 03/13 09:00:00",
            "what is this",
        ],
    )
    def test_what_is_not_understood_is_a_diagnostic(self, record: str) -> None:
        """No event is made of a record with other fields."""
        entries, count = rlm(RLM_HEAD + record)

        assert isinstance(entries[-1], Diagnostic)
        assert (count.events, count.diagnostics) == (1, 1)

    def test_words_of_the_head_are_no_records(self) -> None:
        """They end where START stands; after it they are not understood."""
        _, count = rlm(RLM_HEAD + "words")

        assert (count.notices, count.diagnostics) == (3, 1)


class TestDates:
    """Records have month and day, START the year."""

    def outs(self, *moments: str, head: str = RLM_HEAD) -> list[datetime | None]:
        """Return when some checkouts were."""
        records = [OUT.replace("03/13 08:10:01", moment) for moment in moments]
        found = events(rlm(head + "\n".join(records))[0])
        return [event.at for event in found if event.kind is EventKind.OUT]

    def test_the_year_passes(self) -> None:
        """A fall of half a year or more is a new year."""
        head = RLM_HEAD.replace("03/13/2024", "12/30/2024")
        found = self.outs("12/31 23:59:59", "01/01 00:00:01", head=head)

        assert [moment.year for moment in found if moment] == [2024, 2025]

    def test_before_any_year_there_is_none(self) -> None:
        """And the event says so."""
        entries, count = rlm(OUT)

        assert (events(entries)[0].at, count.undated) == (None, 1)
        assert events(entries)[0].doubt == "stands before any record with a year"

    def test_a_clock_that_runs_back_is_counted(self) -> None:
        """By a second or by months, and never taken for a new year."""
        _, count = rlm(RLM_HEAD + OUT + "\n" + OUT.replace("08:10:01", "08:10:00"))

        assert count.clock_back == 1
        assert self.outs("03/13 08:10:01", "01/02 00:00:00")[1] == datetime(2024, 1, 2, tzinfo=at(0).tzinfo)

    def test_a_clock_set_back_over_new_year(self) -> None:
        """The last day of the year before."""
        head = RLM_HEAD.replace("03/13/2024", "01/01/2024")
        found = self.outs("01/01 09:00:00", "12/31 23:00:00", head=head)

        assert [moment.year for moment in found if moment] == [2024, 2023]

    def test_minutes_that_hide_seconds_are_no_fall(self) -> None:
        """A denial shows no seconds; within its minute nothing ran back."""
        denied = 'DENY grade_i 2024.0331 anna bay-07 "" 2 -22 1 03/13 08:10'
        entries, count = rlm(RLM_HEAD + OUT + "\n" + denied)

        assert count.clock_back == 0
        assert events(entries)[-1].at == at(8, 10, 1)

    @pytest.mark.parametrize("moment", ["02/30 08:00:00", "13/01 08:00:00", "03/13 25:00:00"])
    def test_a_time_on_no_calendar_is_none(self, moment: str) -> None:
        """The event stays, without a time."""
        assert self.outs(moment) == [None]

    def test_a_zone_that_the_log_contradicts_is_a_diagnostic(self) -> None:
        """The log may say its own offset, which the caller's zone must have, in summer or not."""
        assert rlm(RLM_HEAD + "TIMEZONE 480 1 0", zone="America/Los_Angeles")[1].diagnostics == 0
        assert rlm(RLM_HEAD + "TIMEZONE 480 1 0", zone="Europe/Rome")[1].diagnostics == 1


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.text(max_size=50).map(lambda text: text.replace("\n", " ")),
            st.sampled_from([*RLM_HEAD.split("\n"), OUT, IN, POOL, "SWITCH", "END 02/29/2023 00:00", "TIMEZONE 9999"]),
            st.builds("IN 1 1 36a5 {}:{}".format, st.integers(0, 30), st.integers(10, 70)),
            st.builds("REREAD a b {}/{} 08:00:00".format, st.integers(0, 13), st.integers(0, 32)),
        ),
        max_size=30,
    )
)
def test_any_lines_are_counted_once_each(lines: list[str]) -> None:
    """Events, notices and diagnostics are all the lines there are, whatever they hold."""
    entries, _ = rlm("\n".join(line.replace("\r", " ") for line in lines), zone="Europe/Rome")

    for event in events(entries):
        assert event.at is not None or event.doubt is not None
