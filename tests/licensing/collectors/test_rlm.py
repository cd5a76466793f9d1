"""What ``rlmutil rlmstat -a`` prints, and what may be concluded from it."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licensing.collectors.reading import Discrepancy, FeatureReading, Reading, ServerState
from licensing.collectors.rlm import read_rlmstat
from licensing.errors import NotACapture

HEAD = """\
Setting license file path to 4101@harbour
rlmutil v15.1
Copyright (C) 2006-2023, Reprise Software, Inc. All rights reserved.


	rlm status on harbour (port 4101), up 2d 01:30:00
	rlm software version v15.1 (build:1)
	rlm comm version: v1.2
	Startup time: Mon Mar 11 09:00:00 2024
	Todays Statistics (10:30:00), init time: Wed Mar 13 00:00:00 2024
	Recent Statistics (00:30:00), init time: Wed Mar 13 10:00:00 2024

			Recent Stats         Todays Stats         Total Stats
			00:30:00             10:30:00         2d 01:30:00
	Messages:    12 (0/sec)           340 (0/sec)          5600 (0/sec)

	--------- ISV servers ----------
	Name           Port Running Restarts
	lantern          50001   Yes      0
	prism            50002   Yes      1

	------------------------

	lantern ISV server status on harbour (port 50001), up 2d 01:29:59
	lantern software version v14.2 (build: 3)
	lantern comm version: v1.2
	lantern Debug log filename: /var/log/lantern.dlog
	lantern Report log filename: <stdout>
	Checkouts:   7 (0/sec)           90 (0/sec)          61000 (0/sec)
	Denials:     1 (0/sec)           4 (0/sec)          123 (0/sec)

	------------------------

"""
POOLS = "\tlantern license pool status on harbour (port 50001)\n\n"
USAGE = "\n\t------------------------\n\n\tlantern license usage status on harbour (port 50001)\n\n"


def pool(product: str = "comp_i", *, count: object = 5, used: int = 0, kept: int = 0, number: int | None = 1) -> str:
    """Return one pool of a product."""
    name = f"\t{product} v2024.0701" + (f", pool: {number}" if number else "")
    return (
        f"{name}\n\t\tcount: {count}, # reservations: {kept}, inuse: {used}, exp: 30-jun-2025\n"
        "\t\tobsolete: 0, min_remove: 120, total checkouts: 44\n"
    )


def usage(who: str = "anna@bay-07", product: str = "comp_i", *, seats: int = 1, at: str = "03/12 18:05") -> str:
    """Return one line of use."""
    return f"\t{product} v2024.0701: {who} {seats}/0 at {at}  (handle: 3f{len(who):x}) \n"


def read(text: str, *, at: datetime | None = None, zone: str = "UTC") -> Reading:
    """Read a text."""
    return read_rlmstat(text, at=at, zone=ZoneInfo(zone))


def one(text: str) -> FeatureReading:
    """Read a text of one product."""
    (feature,) = read(text).features
    return feature


def accounted(text: str, reading: Reading) -> bool:
    """Report whether each line that is not blank is an event or a diagnostic."""
    printed = sum(1 for line in text.split("\n") if line.strip())
    return printed == reading.lines == reading.events + len(reading.diagnostics)


class TestServer:
    """Whether the server and its ISV servers answer."""

    def test_a_server_that_answers_is_up_with_its_isv_servers(self) -> None:
        """The name is port and host, as the text gives them."""
        server = read(HEAD).server

        assert (server.name, server.state, server.version) == ("4101@harbour", ServerState.UP, "15.1")
        assert [(isv.name, isv.state, isv.version) for isv in server.daemons] == [
            ("lantern", ServerState.UP, "14.2"),
            ("prism", ServerState.UP, None),
        ]

    def test_time_of_printing_follows_from_the_statistics(self) -> None:
        """They began at ten and have run for half an hour, in the zone of the server."""
        assert read(HEAD).server.reported_at == datetime(2024, 3, 13, 10, 30, tzinfo=UTC)
        assert read(HEAD, zone="Europe/Rome").server.reported_at == datetime(2024, 3, 13, 9, 30, tzinfo=UTC)

    def test_counters_are_kept_with_whom_they_belong_to(self) -> None:
        """They start again with the server, so they are kept as counters and never as use."""
        server = read(HEAD).server

        assert [(tally.name, tally.total) for tally in server.tallies] == [("messages", 5600)]
        assert [(tally.name, tally.total) for tally in server.daemons[0].tallies] == [
            ("checkouts", 61_000),
            ("denials", 123),
        ]

    def test_an_isv_server_that_does_not_run_makes_its_products_unknown(self) -> None:
        """Not running is not zero use; the other's products count."""
        text = HEAD.replace("lantern          50001   Yes", "lantern          50001   No ")
        other = POOLS.replace("lantern", "prism") + pool("grade_i", used=2)
        reading = read(text + POOLS + pool() + other)

        assert reading.server.state is ServerState.DEGRADED
        assert [(each.feature, each.reported_in_use, each.counted_in_use) for each in reading.features] == [
            ("comp_i", None, None),
            ("grade_i", 2, 0),
        ]

    def test_an_isv_server_that_cannot_be_asked_is_down(self) -> None:
        """The licence server answers, so it is degraded and not down."""
        reading = read(HEAD + '\tError connecting to "prism" server\n')

        assert reading.server.state is ServerState.DEGRADED
        assert reading.server.daemons[1].state is ServerState.DOWN

    @pytest.mark.parametrize(
        ("text", "name"),
        [
            (
                'Error connecting to "rlm" server\n\nConnection attempted to host: "harbour" on port 4101\n\nrefused\n',
                "4101@harbour",
            ),
            ('Setting license file path to 4101@harbour\nError connecting to "rlm" server\n', "4101@harbour"),
            (
                "Setting license file path to 4101@harbour\nCan't connect to license server\nConnection refused\n",
                "4101@harbour",
            ),
        ],
    )
    def test_a_server_that_cannot_be_asked_is_down(self, text: str, name: str) -> None:
        """Down is a state, and there is no product that nobody uses."""
        reading = read(text)

        assert (reading.server.name, reading.server.state) == (name, ServerState.DOWN)
        assert reading.features == ()
        assert reading.diagnostics == ()

    def test_a_failure_that_names_no_server_is_no_capture(self) -> None:
        """It could be laid to no server."""
        with pytest.raises(NotACapture, match="names none"):
            read(
                'rlmutil v15.1\n\nError connecting to "rlm" server\n\n'
                'Connection attempted to host: "" on port 4101\n\nNo error\n'
            )

    def test_two_servers_that_fail_are_two(self) -> None:
        """Each attempt names its own."""
        failed = 'Error connecting to "rlm" server\nConnection attempted to host: "{}" on port 4101\nrefused\n'
        reading = read(failed.format("harbour") + failed.format("quay"))

        assert [reading.server.name, *(server.name for server in reading.others)] == ["4101@harbour", "4101@quay"]

    def test_a_text_of_pools_only_is_of_a_server_that_answered(self) -> None:
        """A text that begins with the pools names the host only."""
        reading = read(POOLS + pool(used=1))

        assert (reading.server.name, reading.server.state) == ("harbour", ServerState.UP)


class TestNumbers:
    """Pools, reservations and usage lines: side by side."""

    def test_pools_of_a_product_are_summed(self) -> None:
        """There is one pool for each contract lot; the product's numbers are those of all."""
        feature = one(HEAD + POOLS + pool(count=5, used=1, kept=2) + pool(count=3, used=2, number=2))

        assert (feature.issued, feature.reported_in_use, feature.reserved) == (8, 3, 2)
        assert [(each.pool, each.issued, each.in_use, each.reserved, each.checkouts) for each in feature.pools] == [
            ("1", 5, 1, 2, 44),
            ("2", 3, 2, 0, 44),
        ]

    def test_what_rlmstat_does_not_list_is_unknown(self) -> None:
        """Neither who waits nor what roams stands in the text, which is not the same as nobody and nothing."""
        feature = one(HEAD + POOLS + pool())

        assert (feature.queued, feature.borrowed) == (None, None)

    def test_a_server_without_pool_numbers_reads_the_same(self) -> None:
        """Older servers do not number their pools."""
        feature = one(HEAD + POOLS + pool(number=None, used=1) + USAGE + usage())

        assert feature.pools[0].pool == ""
        assert (feature.reported_in_use, feature.counted_in_use, feature.discrepancy) == (1, 1, None)

    def test_handles_that_share_seats_on_a_host(self) -> None:
        """Four people on four hosts hold ten handles, which are six seats of the pools."""
        pools = (
            pool("comp_i", count=1, used=1, number=3)
            + pool("comp_i", count=22, used=3, number=6)
            + pool("compx_i", count=1, used=1, number=4)
            + pool("compx_i", count=3, used=1, number=8)
        )
        people = usage("anna@bay-01") * 2 + usage("bruno@bay-02") * 2 + usage("carla@bay-03") + usage("dario@bay-04")
        extended = usage("anna@bay-01", "compx_i") * 2 + usage("bruno@bay-02", "compx_i") * 2
        features = read(HEAD + POOLS + pools + USAGE + people + extended).features

        assert [(each.feature, each.counted_in_use, each.reported_in_use) for each in features] == [
            ("comp_i", 6, 4),
            ("compx_i", 4, 2),
        ]
        assert sum(len(each.holders) for each in features) == 10
        assert {each.discrepancy for each in features} == {Discrepancy.SHARED_SEATS}

    @pytest.mark.parametrize(
        ("used", "kept", "named"),
        [
            (2, 0, None),
            (1, 0, Discrepancy.FEWER_REPORTED),
            (4, 0, Discrepancy.MORE_REPORTED),
            (4, 2, Discrepancy.INCLUDES_RESERVATIONS),
        ],
    )
    def test_sums_that_differ_are_named(self, used: int, kept: int, named: Discrepancy | None) -> None:
        """Neither number is changed to fit the other."""
        people = usage("anna@bay-01") + usage("bruno@bay-02")
        feature = one(HEAD + POOLS + pool(used=used, kept=kept) + USAGE + people)

        assert (feature.reported_in_use, feature.counted_in_use, feature.discrepancy) == (used, 2, named)

    def test_use_without_usage_lines_is_named(self) -> None:
        """A list that was cut off is not a product that nobody uses."""
        assert one(HEAD + POOLS + pool(used=3)).discrepancy is Discrepancy.HOLDERS_NOT_LISTED

    def test_zero_is_zero_where_the_server_says_so(self) -> None:
        """A server that answers, with a pool that nobody uses."""
        feature = one(HEAD + POOLS + pool())

        assert (feature.state, feature.reported_in_use, feature.counted_in_use) == (ServerState.UP, 0, 0)

    @pytest.mark.parametrize("word", ["UNCOUNTED", "unlimited"])
    def test_an_uncounted_pool_has_no_number_issued(self, word: str) -> None:
        """Uncounted is null, and neither zero nor a great many."""
        feature = one(HEAD + POOLS + pool(count=word, used=1) + USAGE + usage())

        assert (feature.issued, feature.is_uncounted, feature.reported_in_use) == (None, True, 1)

    def test_an_uncounted_pool_on_a_line_of_its_own(self) -> None:
        """Some servers print the word in the place of the count."""
        text = "\tcomp_i v1.0\n\t\tUNCOUNTED, inuse: 2, exp: permanent\n"
        feature = one(HEAD + POOLS + text)

        assert (feature.issued, feature.is_uncounted, feature.reported_in_use) == (None, True, 2)
        assert feature.pools[0].never_expires

    def test_an_uncounted_pool_stands_in_no_sum_of_others(self) -> None:
        """A limit of five stays a limit of five beside a pool without limit."""
        feature = one(HEAD + POOLS + pool(count=5, used=1) + pool(count="UNCOUNTED", used=7, number=2))

        assert (feature.issued, feature.is_uncounted, feature.reported_in_use) == (5, False, 1)

    def test_a_count_that_is_not_understood_is_unknown(self) -> None:
        """A word in the place of a number makes the sum unknown, and the line doubted."""
        reading = read(HEAD + POOLS + pool(count="many", used=1) + pool(number=2))

        assert reading.features[0].issued is None
        assert len(reading.diagnostics) == 1

    def test_a_token_based_pool_says_so(self) -> None:
        """The line is known, and kept with the pool."""
        reading = read(HEAD + POOLS + pool() + "\t\tToken-based license\n")

        assert reading.features[0].pools[0].kind == "Token-based license"
        assert reading.diagnostics == ()

    def test_a_product_of_two_isv_servers_is_one_product(self) -> None:
        """One reading for each product and server; the pools say whose they are."""
        feature = one(HEAD + POOLS + pool(used=1) + POOLS.replace("lantern", "prism") + pool(used=2))

        assert feature.reported_in_use == 3
        assert [each.daemon for each in feature.pools] == ["lantern", "prism"]

    def test_a_usage_line_without_a_pool_leaves_the_number_of_seats_unknown(self) -> None:
        """Somebody uses it, and of how many nobody can say."""
        feature = one(HEAD + USAGE + usage())

        assert (feature.state, feature.issued, feature.reported_in_use) == (ServerState.UNKNOWN, None, None)
        assert feature.counted_in_use == 1

    @pytest.mark.parametrize(
        ("raw", "day", "never"),
        [
            ("permanent", None, True),
            ("1-jan-0", None, True),
            ("20-jan-2025", date(2025, 1, 20), False),
            ("20-jan-25", None, False),
        ],
    )
    def test_expiry(self, raw: str, day: date | None, never: bool) -> None:  # noqa: FBT001 - a case, not a switch
        """A day, never, or neither where two digits could be any century's."""
        reading = read(HEAD + POOLS + pool().replace("30-jun-2025", raw))
        found = reading.features[0].pools[0]

        assert (found.expires, found.never_expires, found.expires_raw) == (day, never, raw)
        assert len(reading.diagnostics) == (0 if day or never else 1)


class TestHolders:
    """Usage lines."""

    @pytest.mark.parametrize(
        ("who", "user", "host", "is_ambiguous"),
        [
            ("anna@bay-07", "anna", "bay-07", False),
            ("Anna Bay@bay-07", "Anna Bay", "bay-07", False),
            ("anna@house.example@bay-07", "anna@house.example", "bay-07", False),
            ("anna", "anna", None, True),
        ],
    )
    def test_user_and_host_part_at_the_last_at(self, who: str, user: str, host: str | None, is_ambiguous: bool) -> None:  # noqa: FBT001 - a case, not a switch
        """A host holds no @ and no space; a user may hold both."""
        holder = one(HEAD + POOLS + pool(used=1) + USAGE + usage(who)).holders[0]

        assert (holder.user, holder.host, holder.who, holder.is_ambiguous) == (user, host, who, is_ambiguous)

    def test_seats_handle_and_version_of_a_line(self) -> None:
        """The first number is the seats, the second how many of them were reserved."""
        line = "\tcomp_i v3.0: anna@bay-07 29/4 at 03/12 18:05  (handle: 15a)  [I: cut 7]\n"
        reading = read(HEAD + POOLS + pool(count=50, used=29) + USAGE + line)
        holder = reading.features[0].holders[0]

        assert (holder.quantity, holder.from_reservation, holder.handle, holder.version, holder.daemon) == (
            29,
            4,
            "15a",
            "3.0",
            "lantern",
        )
        assert reading.diagnostics == ()

    @pytest.mark.parametrize(
        ("start", "year"),
        [
            ("03/12 18:05", 2024),
            ("03/13 10:30", 2024),
            ("03/14 09:00", 2023),
            ("12/31 23:59", 2023),
            ("02/29 08:00", 2024),
        ],
    )
    def test_the_year_is_the_newest_that_is_not_ahead(self, start: str, year: int) -> None:
        """With neither year nor weekday the year is assumed, and the holder says so."""
        holder = one(HEAD + POOLS + pool(used=1) + USAGE + usage(at=start)).holders[0]

        assert holder.started is not None
        assert (holder.started.year, holder.is_year_assumed, holder.started_raw) == (year, True, start)

    def test_the_caller_knows_better_when_it_was_printed(self) -> None:
        """With ``at`` the years are reckoned from it, not from the text."""
        reading = read(
            HEAD + POOLS + pool(used=1) + USAGE + usage(at="02/29 08:00"), at=datetime(2023, 5, 1, tzinfo=UTC)
        )

        assert reading.features[0].holders[0].started == datetime(2020, 2, 29, 8, 0, tzinfo=UTC)

    @pytest.mark.parametrize("start", ["02/30 08:00", "13/01 08:00", "03/12 25:00"])
    def test_a_start_that_never_was_is_kept_raw(self, start: str) -> None:
        """No year is made up for a day that the calendar does not have."""
        reading = read(HEAD + POOLS + pool(used=1) + USAGE + usage(at=start))

        assert reading.features[0].holders[0].started is None
        assert len(reading.diagnostics) == 1

    def test_without_a_time_of_printing_no_start_has_a_year(self) -> None:
        """It is said once, and the seats count all the same."""
        reading = read(POOLS + pool(used=2) + USAGE + usage("anna@a") + usage("bruno@b"))

        assert [holder.started for holder in reading.features[0].holders] == [None, None]
        assert len(reading.diagnostics) == 1


class TestLines:
    """Each line is an event or a diagnostic."""

    def test_all_of_a_whole_text_is_understood(self) -> None:
        """No line of the ordinary form is in doubt."""
        text = HEAD + POOLS + pool(used=1) + USAGE + usage()
        reading = read(text)

        assert reading.diagnostics == ()
        assert accounted(text, reading)

    def test_a_line_that_nobody_knows_is_a_diagnostic(self) -> None:
        """Nothing is dropped in silence."""
        text = HEAD + POOLS + pool() + "\t\tgrace: 5\n"
        reading = read(text)

        assert [each.text.strip() for each in reading.diagnostics] == ["grace: 5"]
        assert accounted(text, reading)

    def test_numbers_under_no_product_are_doubted(self) -> None:
        """They are laid to no product."""
        reading = read(HEAD + POOLS + pool().split("\n", 1)[1])

        assert reading.features == ()
        assert len(reading.diagnostics) == 2

    @pytest.mark.parametrize(
        "text", ["", "rlmutil v15.1\nCopyright (C) 2006-2023, Reprise Software, Inc.\n", "hello\n"]
    )
    def test_a_text_without_a_server_is_no_capture(self, text: str) -> None:
        """Nothing may be concluded from it, least of all that nobody works."""
        with pytest.raises(NotACapture, match="rlmutil rlmstat -a"):
            read(text)


WORDS = st.sampled_from(
    [
        *HEAD.split("\n"),
        *POOLS.split("\n"),
        *USAGE.split("\n"),
        *pool().split("\n"),
        usage().rstrip(),
        "\t\tUNCOUNTED, inuse: 2, exp: none",
        'Error connecting to "rlm" server',
        'Error connecting to "lantern" server',
        'Connection attempted to host: "quay" on port 4101',
        "rlm status on quay (port 4101), up 1d 00:00:00",
        "Token-based license",
    ]
)


@given(st.lists(st.one_of(WORDS, st.text(max_size=60)), max_size=30), st.datetimes(timezones=st.just(UTC)) | st.none())
def test_any_text_is_read_or_refused(words: list[str], at: datetime | None) -> None:
    """No text does more than be read, each line accounted for, or be refused."""
    text = "\n".join(words)
    try:
        reading = read_rlmstat(text, at=at, zone=ZoneInfo("Europe/Rome"))
    except NotACapture:
        return

    assert accounted(text, reading)
