"""What ``lmutil lmstat -a`` says in numbers: issued, in use, reserved, queued, borrowed, and when it expires."""

from datetime import date

import pytest

from licensing.collectors.reading import Discrepancy, ServerState
from tests.licensing.collectors.flexnet_samples import ANNA, BRUNO, HEAD, POOL, one, read, seat, users_of


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
