"""What ``lmutil lmstat -a`` says of servers and daemons, and that no line of it is lost."""

from datetime import UTC, datetime

import pytest

from licensing.collectors.reading import ServerState
from licensing.errors import NotACapture
from tests.licensing.collectors.flexnet_samples import ANNA, BRUNO, HEAD, POOL, accounted, one, read, users_of


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
