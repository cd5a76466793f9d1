"""What ``rlmutil rlmstat -a`` says of pools, seats and holders."""

from datetime import UTC, date, datetime

import pytest

from licensing.collectors.reading import Discrepancy, ServerState
from tests.licensing.collectors.rlm_samples import HEAD, POOLS, USAGE, one, pool, read, usage


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
