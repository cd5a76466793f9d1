"""``answerprint audit verify``: what the reader brings, and what is said of what was not checked."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from answerprint.core import clock
from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.web.cli import main
from audit.record import record
from tests.audit.eventful import LICENSOR, Eventful
from tests.facts import ThingHappened


def verify(*options: object) -> tuple[int, str]:
    """Run the command: its exit code and what it printed."""
    result = CliRunner().invoke(main, ["audit", "verify", *map(str, options)])
    return result.exit_code, result.stdout


def house_of(output: str) -> dict[str, Any]:
    """Return what JSON says of the house log."""
    return next(log for log in json.loads(output)["logs"] if log["name"] == "house")


@pytest.mark.usefixtures("eventful")
def test_without_sealing_key_and_policy_it_says_what_was_not_checked(database_url: str) -> None:
    """It holds, and what could not be checked is said on the log's line, for people and for programs."""
    code, output = verify("--database", database_url)
    house = house_of(verify("--database", database_url, "--json")[1])

    assert code == 0
    assert "personal values not opened, for want of the sealing key" in output
    assert "1 cosignatures not checked, for want of a policy" in output
    assert f"note: {LICENSOR}: entries below 256 were pruned by order of house entry" in output
    assert "1 personal values were erased by order " in output
    assert (house["erased"], house["cosigned"], house["cosignatures_unchecked"]) == (1, 0, 1)
    assert house["unopened"] == house["values"] > 0


def test_with_both_it_checks_them(database_url: str, eventful: Eventful, seal_file: Path, tmp_path: Path) -> None:
    """With sealing key and policy nothing is left unchecked."""
    policy = tmp_path / "house.policy"
    policy.write_bytes(eventful.policy)
    code, output = verify("--database", database_url, "--seal-file", seal_file, "--policy", policy, "--json")
    house = house_of(output)

    assert code == 0
    assert (house["unopened"], house["cosigned"], house["cosignatures_unchecked"]) == (0, 1, 0)


def test_silence_is_a_finding_where_it_is_asked_for(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A gap in the house log is a finding only for who says how long it may be."""
    first = clock.now()
    for at in (first, first + timedelta(hours=5)):
        monkeypatch.setattr(clock, "now", lambda at=at: at)
        with database.transaction() as session:
            record(session, SYSTEM, ThingHappened(about="thing:1"))
    code, output = verify("--database", database_url, "--max-silence", 60)

    assert code == 1
    assert "house: entry 2 comes after a silence of 300 minutes" in output
    assert verify("--database", database_url)[0] == 0


@pytest.mark.parametrize(
    "option", [("--seal-file", "x"), ("--max-silence", "5"), ("--policy", __file__), ("--key-file", "x")]
)
def test_options_of_a_database_are_refused_for_a_bundle(option: tuple[str, str], tmp_path: Path) -> None:
    """What a bundle does not need is not taken and ignored."""
    (tmp_path / "some.zip").write_bytes(b"x")

    assert verify(tmp_path / "some.zip", *option)[0] == 2


def test_what_cannot_be_used_is_not_tried(database_url: str, tmp_path: Path) -> None:
    """A file that is no sealing key, or no policy, is said to be so, and nothing is judged."""
    (tmp_path / "wrong").write_text("not what it should be\n")
    (tmp_path / "wrong").chmod(0o600)

    assert verify("--database", database_url, "--seal-file", tmp_path / "wrong")[0] == 2
    assert verify("--database", database_url, "--policy", tmp_path / "wrong")[0] == 2
