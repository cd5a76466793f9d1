"""What ``rlmutil rlmstat -a`` says of servers, and that no line of it is lost."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licensing.collectors.reading import ServerState
from licensing.collectors.rlm import read_rlmstat
from licensing.errors import NotACapture
from tests.licensing.collectors.rlm_samples import HEAD, POOLS, USAGE, accounted, pool, read, usage


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
