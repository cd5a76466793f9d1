"""Who holds seats since when, as ``lmutil lmstat -a`` lists it; and any text at all."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licensing.collectors.flexnet import read_lmstat
from licensing.errors import NotACapture
from tests.licensing.collectors.flexnet_samples import ANNA, BRUNO, HEAD, POOL, accounted, one, read, seat, users_of


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
