"""What ``lmutil lmstat -a`` prints, and what may be concluded from it."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licensing.collectors.flexnet import read_lmstat
from licensing.collectors.reading import Discrepancy, FeatureReading, Reading, ServerState
from licensing.errors import NotACapture

HEAD = """\
lmutil - Copyright (c) 1989-2021 Flexera. All Rights Reserved.
Flexible License Manager status on Wed 3/13/2024 10:30

[Detecting lmgrd processes...]
License server status: 27000@ferry
    License file(s) on ferry: /srv/flex/grade.lic:

ferry: license server UP (MASTER) v11.18.2

Vendor daemon status (on ferry):

   gradeco: UP v11.18.2
Feature usage info:

"""
POOL = '  "grade" v2024.1, vendor: gradeco, expiry: 30-jun-2025\n  floating license\n\n'
ANNA = "    anna bay-07 /dev/pts/2 (v2024.1) (ferry/27000 311), start Tue 3/12 18:05\n"
BRUNO = "    bruno bay-08 bay-08:0.0 (v2024.0) (ferry/27000 312), start Wed 3/13 9:00, 2 licenses\n"


def users_of(feature: str = "grade", *, issued: int = 10, in_use: int = 0) -> str:
    """Return the line that begins a feature."""
    return f"Users of {feature}:  (Total of {issued} licenses issued;  Total of {in_use} licenses in use)\n\n"


def read(text: str, *, at: datetime | None = None, zone: str = "UTC") -> Reading:
    """Read a text."""
    return read_lmstat(text, at=at, zone=ZoneInfo(zone))


def one(text: str, *, zone: str = "UTC") -> FeatureReading:
    """Read a text of one feature."""
    (feature,) = read(text, zone=zone).features
    return feature


def seat(front: str, back: str = "start Tue 3/12 18:05") -> str:
    """Return a text of one holder."""
    return HEAD + users_of(in_use=1) + POOL + f"    {front} (v2024.1) (ferry/27000 311), {back}\n"


def accounted(text: str, reading: Reading) -> bool:
    """Report whether each line that is not blank is an event or a diagnostic."""
    printed = sum(1 for line in text.split("\n") if line.strip())
    return printed == reading.lines == reading.events + len(reading.diagnostics)


class TestServer:
    """Whether the server answers, and what follows where it does not."""

    def test_a_server_that_answers_is_up_and_named_by_its_status_line(self) -> None:
        """The name is the one that the text gives, so that it stays the same when another host becomes master."""
        server = read(HEAD).server

        assert (server.name, server.state, server.version) == ("27000@ferry", ServerState.UP, "11.18.2")

    def test_time_of_printing_counts_in_the_zone_of_the_server(self) -> None:
        """The text has no zone: 10:30 in Rome in March is 9:30 in UTC."""
        server = read(HEAD, zone="Europe/Rome").server

        assert server.reported_at == datetime(2024, 3, 13, 9, 30, tzinfo=UTC)

    def test_time_of_printing_with_a_wrong_weekday_is_doubted(self) -> None:
        """A date whose weekday does not fit is no date to reckon from."""
        reading = read(HEAD.replace("Wed 3/13", "Thu 3/13"))

        assert reading.server.reported_at is None
        assert [one.line for one in reading.diagnostics] == [2]

    def test_one_host_of_three_down_leaves_the_server_degraded(self) -> None:
        """A group of three serves with two, so its numbers count."""
        text = HEAD.replace(
            "ferry: license server UP (MASTER) v11.18.2\n",
            "ferry: license server UP v11.18.2\nquay: license server UP (MASTER) v11.18.2\n"
            'pier: Cannot connect to license server system. (-15,570:115 "Operation now in progress")\n',
        )
        reading = read(text + users_of(in_use=1) + POOL + ANNA)

        assert reading.server.state is ServerState.DEGRADED
        assert [(host.name, host.state) for host in reading.server.members] == [
            ("ferry", ServerState.UP),
            ("quay", ServerState.UP),
            ("pier", ServerState.DOWN),
        ]
        assert reading.features[0].reported_in_use == 1

    @pytest.mark.parametrize(
        "failure",
        [
            'Cannot connect to license server system. (-15,570:115 "Operation now in progress")',
            'Cannot connect to license server system. (-15,10:10061 "WinSock: Connection refused")',
            "Cannot read data from license server system. (-16,287)",
            'Cannot connect to license server system. (-15,578:10049 "WinSock: Invalid address")',
        ],
    )
    def test_a_server_that_is_down_uses_nothing_known(self, failure: str) -> None:
        """Down is not zero: the feature's numbers are unknown, even where the text prints some."""
        text = HEAD.replace("ferry: license server UP (MASTER) v11.18.2", f"ferry: {failure}") + users_of()
        reading = read(text)
        feature = reading.features[0]

        assert reading.server.state is ServerState.DOWN
        assert (feature.state, feature.issued, feature.reported_in_use) == (ServerState.UNKNOWN, None, None)
        assert (feature.counted_in_use, feature.reserved, feature.queued, feature.borrowed) == (None,) * 4

    def test_a_named_server_that_gives_no_status_is_down(self) -> None:
        """The server was named before the failure, so the failure is its own."""
        text = "License server status: 27000@ferry\nError getting status: Cannot connect. (-15,570:111)\n"
        server = read(text).server

        assert (server.name, server.state) == ("27000@ferry", ServerState.DOWN)

    def test_a_failure_that_names_no_server_is_no_capture(self) -> None:
        """It could be laid to no server, and must not become a reading of one."""
        text = (
            HEAD.split("[Detecting", maxsplit=1)[0]
            + 'Error getting status: Cannot connect. (-15,570:111 "Connection refused")\n'
        )

        with pytest.raises(NotACapture, match="names none"):
            read(text)

    def test_a_vendor_daemon_down_makes_its_features_unknown(self) -> None:
        """Only the daemon's own features are lost; another daemon's count."""
        text = (
            HEAD.replace(
                "gradeco: UP v11.18.2", "gradeco: The desired vendor daemon is down. (-97,121)\n   mixco: UP v11.18.2"
            )
            + users_of()
            + POOL
            + users_of("mix", in_use=1)
            + POOL.replace("grade", "mix")
            + ANNA
        )
        reading = read(text)

        assert reading.server.state is ServerState.DEGRADED
        assert [(one.feature, one.reported_in_use) for one in reading.features] == [("grade", None), ("mix", 1)]
        assert reading.features[0].counted_in_use is None

    def test_the_only_vendor_daemon_down_makes_all_unknown(self) -> None:
        """A feature without a pool line belongs to the daemon that is there."""
        text = HEAD.replace("UP v11.18.2\nFeature", "The desired vendor daemon is down. (-97,121)\nFeature")
        feature = one(text + users_of())

        assert (feature.state, feature.reported_in_use) == (ServerState.UNKNOWN, None)

    def test_two_servers_in_one_text_stay_apart(self) -> None:
        """A feature belongs to the server under which it stands."""
        text = HEAD + users_of(in_use=1) + ANNA + "-" * 40 + "\n" + HEAD.replace("ferry", "quay") + users_of(in_use=4)
        reading = read(text)

        assert [server.name for server in reading.others] == ["27000@quay"]
        assert [(one.server, one.reported_in_use) for one in reading.features] == [
            ("27000@ferry", 1),
            ("27000@quay", 4),
        ]

    def test_a_text_of_features_only_is_of_a_server_that_answered(self) -> None:
        """``lmstat -f`` prints no server part, and only a server that answers gives totals."""
        reading = read(users_of(in_use=1) + ANNA)

        assert (reading.server.name, reading.server.state) == ("", ServerState.UP)
        assert reading.features[0].counted_in_use == 1


class TestNumbers:
    """Reported, listed, reserved, queued, borrowed: side by side."""

    def test_holders_add_up_to_what_is_reported(self) -> None:
        """A line without a quantity is one seat."""
        feature = one(HEAD + users_of(in_use=3) + POOL + ANNA + BRUNO)

        assert (feature.issued, feature.reported_in_use, feature.counted_in_use) == (10, 3, 3)
        assert feature.discrepancy is None
        assert [holder.quantity for holder in feature.holders] == [1, 2]

    @pytest.mark.parametrize("scope", ["HOST", "USER", "GROUP", "HOST_GROUP", "DISPLAY", "INTERNET", "PROJECT"])
    def test_reservations_are_counted_apart(self, scope: str) -> None:
        """What is reserved is not in use, and where the server's total holds both it is said."""
        kept = (
            f"\t4 RESERVATIONs for {scope} night shift (ferry/27000)\n\t1 RESERVATION for {scope} lab (ferry/27000)\n"
        )
        feature = one(HEAD + users_of(in_use=6) + POOL + kept + ANNA)

        assert (feature.reported_in_use, feature.counted_in_use, feature.reserved) == (6, 1, 5)
        assert feature.discrepancy is Discrepancy.INCLUDES_RESERVATIONS
        assert [(each.scope, each.name) for each in feature.reservations] == [(scope, "night shift"), (scope, "lab")]

    @pytest.mark.parametrize(
        ("in_use", "named"), [(9, Discrepancy.MORE_REPORTED), (2, Discrepancy.FEWER_REPORTED), (3, None)]
    )
    def test_totals_that_differ_are_named(self, in_use: int, named: Discrepancy | None) -> None:
        """Neither number is changed to fit the other."""
        feature = one(HEAD + users_of(in_use=in_use) + POOL + ANNA + BRUNO)

        assert (feature.reported_in_use, feature.counted_in_use, feature.discrepancy) == (in_use, 3, named)

    def test_use_without_holders_is_named(self) -> None:
        """A list that was cut off is not a feature that nobody uses."""
        feature = one(HEAD + users_of(in_use=5) + POOL)

        assert feature.discrepancy is Discrepancy.HOLDERS_NOT_LISTED

    def test_who_waits_is_demand_and_not_use(self) -> None:
        """A queued line adds to ``queued`` and to nothing else."""
        text = HEAD + users_of(in_use=1) + POOL + ANNA
        feature = one(text + "    carla bay-09 /dev/tty (v2024.1) (ferry/27000 400) queued for 3 licenses\n")

        assert (feature.reported_in_use, feature.counted_in_use, feature.queued) == (1, 1, 3)
        assert [(waiter.user, waiter.quantity) for waiter in feature.queue] == [("carla", 3)]

    @pytest.mark.parametrize(
        ("tail", "raw", "seats"),
        [
            ("  (linger: 239100)", (239_100,), 1),
            ("  (linger: 4263164 / 5487240)", (4_263_164, 5_487_240), 1),
            (", 4 licenses  (linger: 885098 / 1340160)", (885_098, 1_340_160), 4),
            (", 4 licenses, PID: 2924", (), 4),
        ],
    )
    def test_a_lingering_seat_is_borrowed(self, tail: str, raw: tuple[int, ...], seats: int) -> None:
        """Both numbers are kept as they stand; what they count differs by product, so no end is claimed."""
        reading = read(seat("anna bay-07 /dev/tty", f"start Tue 3/12 18:05{tail}"))
        feature = reading.features[0]

        assert (feature.holders[0].linger, feature.holders[0].quantity) == (raw, seats)
        assert feature.borrowed == (seats if raw else 0)
        assert reading.diagnostics == ()

    def test_an_unknown_end_of_a_line_keeps_the_seat_and_a_doubt(self) -> None:
        """A seat is a seat, whatever is written behind it."""
        reading = read(seat("anna bay-07 /dev/tty", "start Tue 3/12 18:05, 2 licenses [shared]"))

        assert reading.features[0].counted_in_use == 2
        assert len(reading.diagnostics) == 1

    def test_an_uncounted_feature_has_no_number_issued(self) -> None:
        """Uncounted is null, and neither zero nor a great many."""
        kind = POOL.replace("floating license", "uncounted nodelocked license locked to NOTHING (hostid=ANY)")
        feature = one(HEAD + "Users of grade:  (Uncounted, node-locked)\n" + kind + ANNA)

        assert (feature.state, feature.is_uncounted) == (ServerState.UP, True)
        assert (feature.issued, feature.reported_in_use, feature.counted_in_use) == (None, None, 1)
        assert feature.pools[0].is_uncounted

    @pytest.mark.parametrize(
        "words",
        [
            " Cannot get users of grade: No such feature exists. (-5,222)",
            "  (Error: 1 licenses, unsupported by licensed server)",
            " something that no server has said before",
        ],
    )
    def test_a_feature_without_numbers_is_unknown(self, words: str) -> None:
        """A feature that the server would not count is not a feature that nobody uses."""
        reading = read(HEAD + f"Users of grade:{words}\n")
        feature = reading.features[0]

        assert (feature.state, feature.issued, feature.reported_in_use) == (ServerState.UNKNOWN, None, None)
        assert feature.counted_in_use is None
        assert len(reading.diagnostics) == 1


class TestRepeatedFeature:
    """A feature that is printed more than once."""

    def test_a_block_printed_twice_counts_once(self) -> None:
        """Totals, reservations and holders of a repeated block are the same ones."""
        kept = "\t2 RESERVATIONs for GROUP lab (ferry/27000)\n"
        block = users_of(in_use=5) + POOL + kept + ANNA + BRUNO
        feature = one(HEAD + block + block)

        assert (feature.issued, feature.reported_in_use, feature.counted_in_use, feature.reserved) == (10, 5, 3, 2)
        assert (len(feature.pools), feature.blocks) == (1, 2)

    def test_two_daemons_that_print_the_sum_count_once(self) -> None:
        """Each daemon's block states the total of both, and lists its own holders."""
        other = POOL.replace("gradeco", "mixco")
        feature = one(HEAD + users_of(in_use=3) + POOL + ANNA + users_of(in_use=3) + other + BRUNO)

        assert (feature.issued, feature.reported_in_use, feature.counted_in_use) == (10, 3, 3)
        assert [(pool.daemon, pool.in_use, pool.issued) for pool in feature.pools] == [
            ("gradeco", 1, None),
            ("mixco", 2, None),
        ]
        assert [holder.daemon for holder in feature.holders] == ["gradeco", "mixco"]

    def test_blocks_that_stand_each_for_itself_are_summed(self) -> None:
        """Where the holders of both add up to both totals, neither total is that of the other."""
        other = POOL.replace("v2024.1", "v2023.0")
        feature = one(HEAD + users_of(issued=5, in_use=1) + POOL + ANNA + users_of(issued=7, in_use=2) + other + BRUNO)

        assert (feature.issued, feature.reported_in_use, feature.counted_in_use) == (12, 3, 3)

    def test_the_same_licences_with_another_use_disagree(self) -> None:
        """Somebody came between two answers: the later counts, and the reading says so."""
        feature = one(HEAD + users_of(in_use=5) + POOL + ANNA + users_of(in_use=6) + POOL + ANNA)

        assert (feature.issued, feature.reported_in_use) == (10, 6)
        assert feature.discrepancy is Discrepancy.BLOCKS_DISAGREE

    def test_same_line_twice_in_one_block_is_two_seats(self) -> None:
        """Only what another block repeats is the same seat."""
        feature = one(HEAD + users_of(in_use=2) + POOL + ANNA + ANNA)

        assert feature.counted_in_use == 2

    def test_node_locked_beside_floating_stays_out_of_the_sum(self) -> None:
        """An uncounted pool has no limit, so it stands in no sum of a feature that has one."""
        kind = POOL.replace("floating license", "uncounted nodelocked license, locked to ID=77")
        text = HEAD + users_of(in_use=1) + POOL + ANNA + "Users of grade:  (Uncounted, node-locked)\n" + kind + BRUNO
        feature = one(text)

        assert (feature.issued, feature.reported_in_use, feature.counted_in_use) == (10, 1, 1)
        assert [(pool.pool, pool.is_uncounted) for pool in feature.pools] == [("floating", False), ("nodelocked", True)]
        assert feature.discrepancy is None
        assert len(feature.holders) == 2

    def test_several_versions_are_several_pools(self) -> None:
        """One total stands for both, so neither pool has a number of its own."""
        older = POOL.replace("v2024.1", "v2023.0")
        feature = one(HEAD + users_of(in_use=3) + POOL + ANNA + older + BRUNO)

        assert [(pool.version, pool.in_use, pool.issued) for pool in feature.pools] == [
            ("2024.1", 1, None),
            ("2023.0", 2, None),
        ]

    def test_an_unknown_block_makes_the_feature_unknown(self) -> None:
        """One daemon's zero must not hide that the other could not be asked."""
        feature = one(HEAD + users_of() + "Users of grade: Cannot get users of grade: down (-97,121)\n")

        assert (feature.state, feature.reported_in_use, feature.counted_in_use) == (ServerState.UNKNOWN, None, None)


class TestStart:
    """Start times, which have no year."""

    @pytest.mark.parametrize(
        ("start", "day"),
        [
            ("Tue 3/12", date(2024, 3, 12)),
            ("Thu 3/14", date(2024, 3, 14)),
            ("Fri 3/15", date(2019, 3, 15)),
            ("Fri 3/9", date(2018, 3, 9)),
            ("Sun 3/12", date(2023, 3, 12)),
            ("Thu 2/29", date(2024, 2, 29)),
            ("Fri 12/25", date(2020, 12, 25)),
        ],
    )
    def test_the_weekday_gives_the_year(self, start: str, day: date) -> None:
        """The newest day that fits and lies at most a day ahead of the printing."""
        holder = one(seat("anna bay-07 /dev/tty", f"start {start} 18:05")).holders[0]

        assert holder.started == datetime(day.year, day.month, day.day, 18, 5, tzinfo=UTC)

    @pytest.mark.parametrize(
        "start", ["Mon 2/30 9:00", "Mon 13/1 9:00", "Tue 3/12 25:00", "Xyz 3/12 9:00", "Wed 2/29 9:00"]
    )
    def test_a_start_that_never_was_is_kept_raw(self, start: str) -> None:
        """No year is made up for a day that the calendar does not have."""
        reading = read(seat("anna bay-07 /dev/tty", f"start {start}"))
        holder = reading.features[0].holders[0]

        assert (holder.started, holder.started_raw) == (None, start)
        assert [one.reason for one in reading.diagnostics] != []

    @pytest.mark.parametrize("start", ["Thu 3/13", "Thu 3/8"])
    def test_a_fit_of_over_six_years_ago_says_nothing(self, start: str) -> None:
        """13 March was a Thursday in 2014, 8 March in 2018: nobody holds a seat for over six years."""
        reading = read(seat("anna bay-07 /dev/tty", f"start {start} 9:00"))

        assert reading.features[0].holders[0].started is None

    def test_the_caller_knows_better_when_it_was_printed(self) -> None:
        """With ``at`` the years are reckoned from it, not from the text."""
        reading = read(seat("anna bay-07 /dev/tty", "start Sun 3/12 18:05"), at=datetime(2018, 5, 1, tzinfo=UTC))

        assert reading.features[0].holders[0].started == datetime(2017, 3, 12, 18, 5, tzinfo=UTC)

    def test_start_counts_in_the_zone_of_the_server(self) -> None:
        """The text has no zone: five past six in Rome in March is five past five in UTC."""
        holder = one(seat("anna bay-07 /dev/tty"), zone="Europe/Rome").holders[0]

        assert holder.started == datetime(2024, 3, 12, 17, 5, tzinfo=UTC)

    def test_without_a_time_of_printing_no_start_has_a_year(self) -> None:
        """It is said once, and the seats count all the same."""
        reading = read(users_of(in_use=3) + ANNA + BRUNO)

        assert [holder.started for holder in reading.features[0].holders] == [None, None]
        assert [(one.line, "give the time" in one.reason) for one in reading.diagnostics] == [(3, True)]

    def test_a_naive_time_is_a_mistake_of_the_caller(self) -> None:
        """A time without zone fixes no year and is never taken for the machine's own."""
        with pytest.raises(ValueError, match="zone"):
            read(HEAD, at=datetime(2024, 1, 1))  # noqa: DTZ001 - the mistake itself


class TestWho:
    """User, host and display, with spaces between and within."""

    @pytest.mark.parametrize(
        ("front", "user", "host", "display"),
        [
            ("anna bay-07 /dev/pts/2", "anna", "bay-07", "/dev/pts/2"),
            ("anna bay-07", "anna", "bay-07", None),
            ("anna bay-07 q%.=H@Z(v1)!;~_8'", "anna", "bay-07", "q%.=H@Z(v1)!;~_8'"),
            ("Anna Maria Bay BAY-07 BAY-07", "Anna Maria Bay", "BAY-07", "BAY-07"),
            ("Anna Bay BAY-07 BAY-070.0", "Anna Bay", "BAY-07", "BAY-070.0"),
            ("Anna Bay bay-07 /dev/tty", "Anna Bay", "bay-07", "/dev/tty"),
            ("anna bay-07 /dev/tty show=Harbour", "anna", "bay-07", "/dev/tty show=Harbour"),
            ("Anna Bay bay-07 :0.0", "Anna Bay", "bay-07", ":0.0"),
        ],
    )
    def test_a_line_splits_where_only_one_split_is_possible(
        self, front: str, user: str, host: str, display: str | None
    ) -> None:
        """The line is read from its right end, since only that end is the server's own."""
        holder = one(seat(front)).holders[0]

        assert (holder.user, holder.host, holder.display) == (user, host, display)
        assert (holder.is_ambiguous, holder.who) == (False, front)

    @pytest.mark.parametrize("front", ["Anna Bay bay 7k)<'` &!", "Anna Maria bay-07 noise", "anna"])
    def test_a_line_that_splits_in_more_ways_is_kept_whole(self, front: str) -> None:
        """Nobody is made to hold a seat by a guess at where a name ends."""
        holder = one(seat(front)).holders[0]

        assert (holder.user, holder.host, holder.display, holder.is_ambiguous) == (front, None, None, True)

    def test_handle_version_and_where_it_is_served(self) -> None:
        """The version is the client's; the pool has its own."""
        feature = one(HEAD + users_of(in_use=2) + POOL + BRUNO)
        holder = feature.holders[0]

        assert (holder.handle, holder.served_by, holder.version, holder.daemon) == (
            "312",
            "ferry/27000",
            "2024.0",
            "gradeco",
        )
        assert feature.pools[0].version == "2024.1"


class TestExpiry:
    """Dates that end a pool, and words that do not."""

    @pytest.mark.parametrize(
        "raw", ["permanent(no expiration date)", "permanent", "1-jan-0", "01-jan-0000", "01-jan-2099", "none"]
    )
    def test_spellings_of_never(self, raw: str) -> None:
        """Each means no end, and is kept as it was written."""
        pool = one(HEAD + users_of() + POOL.replace("30-jun-2025", raw)).pools[0]

        assert (pool.expires, pool.never_expires, pool.expires_raw) == (None, True, raw)

    def test_a_date_is_a_date(self) -> None:
        """The day is the last on which the pool counts."""
        pool = one(HEAD + users_of() + POOL).pools[0]

        assert (pool.expires, pool.never_expires) == (date(2025, 6, 30), False)

    @pytest.mark.parametrize("raw", ["30-jun-25", "31-feb-2025", "2025-06-30", "next year"])
    def test_a_date_that_is_not_understood_is_not_never(self, raw: str) -> None:
        """Two digits of a year could be any century's."""
        reading = read(HEAD + users_of() + POOL.replace("30-jun-2025", raw))
        pool = reading.features[0].pools[0]

        assert (pool.expires, pool.never_expires, pool.expires_raw) == (None, False, raw)
        assert len(reading.diagnostics) == 1

    def test_no_date_at_all(self) -> None:
        """What the text does not say is neither a date nor never."""
        pool = one(HEAD + users_of() + POOL.replace(", expiry: 30-jun-2025", "")).pools[0]

        assert (pool.expires, pool.never_expires, pool.expires_raw) == (None, False, None)


class TestLines:
    """Each line is an event or a diagnostic."""

    def test_a_line_that_nobody_knows_is_a_diagnostic(self) -> None:
        """Nothing is dropped in silence."""
        reading = read(HEAD + "the ferry is late today\n" + users_of())

        assert [(one.line, one.text) for one in reading.diagnostics] == [(15, "the ferry is late today")]
        assert accounted(HEAD + "the ferry is late today\n" + users_of(), reading)

    def test_all_of_a_whole_text_is_understood(self) -> None:
        """No line of the ordinary form is in doubt."""
        text = HEAD + users_of(in_use=3) + POOL + ANNA + BRUNO
        reading = read(text)

        assert reading.diagnostics == ()
        assert accounted(text, reading)

    def test_windows_line_ends_change_nothing(self) -> None:
        """A text from Windows reads as the same text."""
        text = HEAD + users_of(in_use=1) + POOL + ANNA

        assert read(text.replace("\n", "\r\n")) == read(text)

    def test_a_line_without_end_is_not_tried(self) -> None:
        """No server prints such a line, and it must not cost time."""
        reading = read(HEAD + users_of() + "x" * 5_000 + "\n")

        assert "longer than" in reading.diagnostics[0].reason
        assert len(reading.diagnostics[0].text) < 300

    def test_a_pool_under_another_feature_is_doubted(self) -> None:
        """A text that was put together by hand says so."""
        reading = read(HEAD + users_of("other") + POOL)

        assert "under the feature" in reading.diagnostics[0].reason

    def test_the_list_of_a_licence_file_is_no_use(self) -> None:
        """``lmstat -i`` does not ask the server, so it says nothing of use."""
        text = (
            "NOTE: lmstat -i does not give information from the server,\n"
            "      but only reads the license file.  For this reason,\n"
            "Feature   Version   #licenses   Expires    Vendor\n_______   _______   _________   _______    ______\n"
            "grade     2024.1    10          30-jun-2025  gradeco\n"
        )

        with pytest.raises(NotACapture, match="lmstat -i"):
            read(text)

    def test_the_list_of_a_licence_file_behind_a_capture_adds_nothing(self) -> None:
        """Its lines are known, and nothing is taken from them."""
        text = (
            HEAD
            + users_of()
            + "NOTE: lmstat -i does not give\nFeature Version #licenses Expires Vendor\nmix 1 9 none mixco\n"
        )
        reading = read(text)

        assert [feature.feature for feature in reading.features] == ["grade"]
        assert reading.diagnostics == ()

    @pytest.mark.parametrize(
        "text", ["", "lmutil - Copyright (c) 1989-2021 Flexera.\nlmstat v11.18.2 build 1\n", "hello\n"]
    )
    def test_a_text_without_server_and_feature_is_no_capture(self, text: str) -> None:
        """Nothing may be concluded from it, least of all that nobody works."""
        with pytest.raises(NotACapture, match="lmutil lmstat -a"):
            read(text)


WORDS = st.sampled_from(
    [
        *HEAD.split("\n"),
        *POOL.split("\n"),
        ANNA.rstrip(),
        BRUNO.rstrip(),
        users_of(in_use=2).rstrip(),
        "Users of grade:  (Uncounted, node-locked)",
        "Users of : (Total of",
        "\t3 RESERVATIONs for GROUP lab (ferry/27000)",
        "    anna bay-07 x (v1) (ferry/27000 5) queued for 1 license",
        "License server status: 27000@quay",
        "quay: Cannot connect (-15,10)",
        "   mixco: The desired vendor daemon is down. (-97,121)",
        "Feature Version #licenses Expires Vendor",
        "\x85",
        "    anna bay-07 \x85noise\x85 (v1) (ferry/27000 5), start Tue 3/12 18:05",
        "\x0c",
    ]
)


@given(st.lists(st.one_of(WORDS, st.text(max_size=60)), max_size=30), st.datetimes(timezones=st.just(UTC)) | st.none())
def test_any_text_is_read_or_refused(words: list[str], at: datetime | None) -> None:
    """No text does more than be read, each line accounted for, or be refused."""
    text = "\n".join(words)
    try:
        reading = read_lmstat(text, at=at, zone=ZoneInfo("Europe/Rome"))
    except NotACapture:
        return

    assert accounted(text, reading)
    assert len({(one.server, one.feature) for one in reading.features}) <= len(reading.features)


@given(
    st.text(
        alphabet=st.characters(exclude_characters="\n\r", exclude_categories=["Cs", "Zs", "Zl", "Zp", "Cc"]), min_size=1
    )
)
def test_any_noise_is_a_display(noise: str) -> None:
    """A display may be any noise without a space: the line is read around it."""
    holder = one(seat(f"anna bay-07 {noise}")).holders[0]

    assert (holder.user, holder.host, holder.display) == ("anna", "bay-07", noise)
