"""The facility's decisions, over values."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from facility import rules
from facility.errors import PasswordRefused
from facility.rules import Count
from tests.facility.factories import NOW


class TestPasswords:
    """What is taken as a password."""

    @pytest.mark.parametrize("password", ["a" * 12, "a" * 200, "alle meine Entchen", "ÄÖÜ" * 4])
    def test_twelve_to_two_hundred_characters_are_taken(self, password: str) -> None:
        """Length is the only rule: no digit, sign or capital is asked for."""
        rules.check_password_text(password, email="mara@post.example")

    @pytest.mark.parametrize("password", ["", "a" * 11, "a" * 201])
    def test_other_lengths_are_refused(self, password: str) -> None:
        """Eleven are too few and 201 too many."""
        with pytest.raises(PasswordRefused) as refusal:
            rules.check_password_text(password, email="mara@post.example")

        assert "password" in refusal.value.fields

    def test_mail_address_is_refused(self) -> None:
        """Whoever knows the mail address would know the password, however it is written."""
        with pytest.raises(PasswordRefused):
            rules.check_password_text(" MARA@post.example", email="mara@post.example")


class TestSignInLimits:
    """How failures are counted."""

    def test_window_that_ended_begins_anew(self) -> None:
        """The first failure after a window opens the next one."""
        old = Count(failures=9, window_started_at=NOW)

        assert rules.count_failure(old, now=NOW + timedelta(minutes=14)) == Count(10, NOW)
        later = NOW + timedelta(minutes=15)
        assert rules.count_failure(old, now=later) == Count(1, later)

    def test_ipv6_guesser_is_counted_by_network(self) -> None:
        """A household has 2^64 addresses; they count as one, and a mapped IPv4 address as itself."""
        assert rules.network_of("2001:db8:1:2::1") == rules.network_of("2001:db8:1:2:ffff::9")
        assert rules.network_of("2001:db8:1:2::1") != rules.network_of("2001:db8:1:3::1")
        assert rules.network_of("::ffff:192.0.2.10") == "192.0.2.10"
        assert rules.network_of("a socket") == "a socket"

    def test_counters_name_nobody(self) -> None:
        """Keys hold digests, so that the counters are no list of mails and addresses."""
        keys = [scope.key for scope in rules.sign_in_scopes("mara@post.example", "192.0.2.10")]

        assert keys == sorted(keys)
        assert not [key for key in keys if "mara" in key or "192" in key.split(":")[0]]
        assert len(keys) == 3


class TestDays:
    """Days and instants."""

    def test_last_day_of_a_token_counts_whole(self) -> None:
        """A day ends at the next midnight of the facility, also where the clocks change."""
        ends = rules.end_of_day(date(2026, 3, 28), zone=ZoneInfo("Europe/Berlin"))

        assert ends.astimezone(UTC) == datetime(2026, 3, 28, 23, 0, tzinfo=UTC)
