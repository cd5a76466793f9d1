"""Orders at the command line: two people, each with their own password."""

import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from answerprint.core import clock
from answerprint.core.db import Database
from answerprint.core.problems import NotAllowed, Refusal
from answerprint.web.orders_cli import erase, hold, prune, retention, scour_files
from audit.models import Order
from audit.queries.subjects import scope_of, subject_of
from audit.rules import Held, TwoPeopleNeeded
from facility.errors import SignInWrong
from facility.roles import Role
from facility.rules import Count, sign_in_scopes
from facility.sign_in_counters import lock_counts, write_count
from tests.audit.deciding import GROUND, HOST, MAIL, NAME, OLD_MAIL, everywhere, two_people
from tests.facility.factories import PASSWORD, make_person
from tests.facility.trail import facts

ADA, OTTO = "ada@post.example", "otto@post.example"


class Desk:
    """A command line in the house of a test."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._commands = {command.name: command for command in (erase, hold, prune, retention, scour_files)}

    def run(self, mail: str, command: str, *arguments: str, password: str = PASSWORD) -> Result:
        """Run a command as somebody whose password comes from the input, as a script's does."""
        who = ["--mail", mail, "--password-stdin"]
        return self.bare(command, *arguments, *who, typed=f"{password}\n")

    def bare(self, command: str, *arguments: str, typed: str = "") -> Result:
        """Run a command with what is typed into it."""
        return CliRunner().invoke(self._commands[command], arguments, input=typed)

    def refused(self, mail: str, command: str, *arguments: str, password: str = PASSWORD) -> BaseException:
        """Run a command that is refused, and return the refusal."""
        result = self.run(mail, command, *arguments, password=password)
        assert isinstance(result.exception, Refusal), result.output
        return result.exception


@pytest.fixture(name="desk")
def _desk(database: Database, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The command line, in a house with two people who decide and one who stands everywhere."""
    seal = tmp_path / "seal.key"
    seal.write_text(bytes(range(32)).hex())
    seal.chmod(0o600)
    monkeypatch.setenv("ANSWERPRINT_HOME", str(tmp_path))
    monkeypatch.setenv("ANSWERPRINT_DATABASE", database_url)
    monkeypatch.setenv("ANSWERPRINT_SEAL_FILE", str(seal))
    two_people(database)
    everywhere(database)
    return Desk(database)


def asked(desk: Desk, typed: str = MAIL) -> str:
    """Order an erasure and return the order's id."""
    output = desk.run(ADA, "erase", "--subject", typed, "--ground", GROUND).output
    found = re.search(r"--approve (\S+)", output)
    assert found is not None, output
    return found[1]


class TestErase:
    """One orders, another one approves."""

    def test_two_people_erase(self, desk: Desk) -> None:
        """The order says how much goes, log by log, and nothing personal but what was typed."""
        ordered = desk.run(ADA, "erase", "--subject", MAIL, "--ground", GROUND)
        order = str(re.findall(r"--approve (\S+)", ordered.output)[0])
        approved = desk.run(OTTO, "erase", "--approve", order, "--yes")
        with desk.database.reading() as session:
            left = scope_of(session, subject_of(session, MAIL)).values

        assert ordered.exit_code == approved.exit_code == 0
        assert "licensor-vendor-of-nuke: 2 values in 2 entries" in ordered.output
        assert "Erased 11 values in 7 entries of 2 logs." in approved.output
        assert left == 0
        assert not any(text in ordered.output + approved.output for text in (NAME, OLD_MAIL, PASSWORD))

    def test_who_ordered_does_not_approve(self, desk: Desk) -> None:
        """The same person at the same keyboard is still one person."""
        assert isinstance(desk.refused(ADA, "erase", "--approve", asked(desk), "--yes"), TwoPeopleNeeded)

    def test_wrong_password_opens_nothing(self, desk: Desk) -> None:
        """It counts and is recorded like one at the page."""
        before = len(facts(desk.database, "facility.sign-in.failed"))
        refusal = desk.refused(ADA, "erase", "--subject", MAIL, "--ground", GROUND, password="not this")

        assert isinstance(refusal, SignInWrong)
        assert len(facts(desk.database, "facility.sign-in.failed")) == before + 1

    def test_too_many_wrong_passwords_are_held_off(self, desk: Desk) -> None:
        """The command line is no way round the counters."""
        (scope,) = sign_in_scopes(ADA, None)
        now = clock.now()
        with desk.database.transaction() as session:
            lock_counts(session, [scope], now=now)
            write_count(session, scope, Count(failures=scope.limit, window_started_at=now))
        refusal = desk.refused(ADA, "erase", "--subject", MAIL, "--ground", GROUND)

        assert "Too many" in str(refusal)

    def test_right_is_needed(self, desk: Desk) -> None:
        """Tech staff sign in, and order nothing."""
        with desk.database.transaction() as session:
            make_person(session, Role.TECH, email="tess@post.example")

        assert isinstance(desk.refused("tess@post.example", "erase", "--subject", MAIL), NotAllowed)

    def test_command_leaves_no_session_open(self, desk: Desk) -> None:
        """Who signed in for a command is signed out when it ends."""
        desk.run(ADA, "hold")

        assert len(facts(desk.database, "facility.session.ended")) == 1

    def test_asks_before_it_is_done(self, desk: Desk) -> None:
        """Without --yes somebody has to say so, having read what it means; a no changes nothing."""
        order = asked(desk)
        declined = desk.bare("erase", "--approve", order, typed=f"{OTTO}\n{PASSWORD}\nn\n")
        with desk.database.reading() as session:
            state = session.scalars(Order.__table__.select().with_only_columns(Order.state)).all()

        assert declined.exit_code == 1
        assert "cannot be undone" in declined.output
        assert state == ["asked"]

    def test_refused_and_withdrawn(self, desk: Desk) -> None:
        """Another person refuses with a reason; who ordered takes back."""
        refused = desk.run(OTTO, "erase", "--refuse", asked(desk), "--reason", "still needed")
        withdrawn = desk.run(ADA, "erase", "--withdraw", asked(desk))

        assert "is refused" in refused.output
        assert "is withdrawn" in withdrawn.output

    @pytest.mark.parametrize("arguments", [(), ("--subject", "x", "--approve", "01a1fe49-e67d-78b8-8240-f5b3dc3a45d9")])
    def test_one_thing_at_a_time(self, desk: Desk, arguments: tuple[str, ...]) -> None:
        """A command that does not say what it is to do does nothing."""
        assert desk.run(ADA, "erase", *arguments).exit_code == click.UsageError.exit_code


class TestOthers:
    """Holds, retention, pruning."""

    def test_hold_stops_the_order_until_it_is_lifted(self, desk: Desk) -> None:
        """Hold beats order at the command line too."""
        order = asked(desk, HOST)
        held = desk.run(ADA, "hold", "--subject", HOST, "--reason", "dispute 7").output.split()[1]
        refusal = desk.refused(OTTO, "erase", "--approve", order, "--yes")
        listed = desk.run(ADA, "hold").output
        lifted = desk.run(OTTO, "hold", "--lift", held)

        assert isinstance(refusal, Held)
        assert f"{held}  holds" in listed
        assert "is lifted" in lifted.output
        assert desk.run(OTTO, "erase", "--approve", order, "--yes").exit_code == 0

    def test_retention_is_said_and_chosen(self, desk: Desk) -> None:
        """Without days the command only says them."""
        assert "365 days" in desk.run(ADA, "retention", "--log", "house").output
        assert "90 days" in desk.run(ADA, "retention", "--log", "house", "--days", "90").output
        assert "90 days" in desk.run(ADA, "retention", "--log", "house").output

    def test_pruning_says_how_far_it_may_go(self, desk: Desk) -> None:
        """Nothing is old enough here, and the refusal says what may be done instead."""
        said = desk.run(ADA, "prune", "--log", "house").output
        refusal = desk.refused(ADA, "prune", "--log", "house", "--below", "256", "--ground", "old")

        assert "nothing may be pruned yet" in said
        assert "signed" in str(refusal)

    def test_files_are_scoured(self, desk: Desk) -> None:
        """The files can be written anew at any time."""
        assert desk.bare("scour").exit_code == 0
