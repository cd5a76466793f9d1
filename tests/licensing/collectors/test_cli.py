"""The command that reads a file: no database, no server, one answer."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner, Result

from licensing.cli.commands import licensing
from licensing.collectors.flexnet import read_lmstat
from licensing.collectors.registry import MAX_CAPTURE_BYTES
from licensing.collectors.rendering import as_table

LMSTAT = """\
Flexible License Manager status on Wed 3/13/2024 10:30
License server status: 27000@ferry
ferry: license server UP (MASTER) v11.18.2
Users of grade:  (Total of 5 licenses issued;  Total of 1 license in use)
  "grade" v2024.1, vendor: gradeco, expiry: 30-jun-2025
  floating license
    anna bay-07 \x1b[31mred (v2024.1) (ferry/27000 311), start Tue 3/12 18:05
a line that nobody knows
"""


@pytest.fixture(name="capture")
def _capture(tmp_path: Path) -> Path:
    """A file with a capture."""
    path = tmp_path / "lmstat.txt"
    path.write_text(LMSTAT)
    return path


def run(*words: str, given: bytes | None = None) -> Result:
    """Run ``answerprint licensing read``."""
    return CliRunner().invoke(licensing, ["read", *words], input=given)


def test_json_holds_all_that_was_read(capture: Path) -> None:
    """The numbers, the holders, the doubts and the hash of the bytes."""
    result = run("--kind", "flexnet", "--json", str(capture))
    found = json.loads(result.stdout)

    assert result.exit_code == 0
    assert (found["server"]["name"], found["server"]["state"]) == ("27000@ferry", "up")
    assert found["server"]["reported_at"] == "2024-03-13T10:30:00.000000Z"
    (feature,) = found["features"]
    assert {name: feature[name] for name in ("server", "feature", "issued", "reported_in_use", "counted_in_use")} == {
        "server": "27000@ferry",
        "feature": "grade",
        "issued": 5,
        "reported_in_use": 1,
        "counted_in_use": 1,
    }
    assert (feature["reserved"], feature["queued"], feature["borrowed"]) == (0, 0, 0)
    assert (feature["pools"][0]["daemon"], feature["pools"][0]["expires"]) == ("gradeco", "2025-06-30")
    assert feature["holders"][0]["started"] == "2024-03-12T18:05:00.000000Z"
    assert found["diagnostics"] == [
        {"line": 8, "text": "a line that nobody knows", "reason": "not a line that is known"}
    ]
    assert (found["lines"], found["events"]) == (8, 7)
    assert found["sha256"] == hashlib.sha256(capture.read_bytes()).hexdigest()


def test_table_names_numbers_and_doubts(capture: Path) -> None:
    """What a person sees: the state, and each line in doubt with its reason."""
    result = run("--kind", "flexnet", str(capture))

    assert result.exit_code == 0
    assert "27000@ferry: up" in result.stdout
    assert "line 8: not a line that is known" in result.stdout


def test_table_holds_nothing_that_a_terminal_obeys() -> None:
    """A line in doubt is shown, and its noise is not sent."""
    text = "Users of grade:  (Total of 5 licenses issued;  Total of 0 licenses in use)\n\x1b[31mred\n"
    reading = read_lmstat(text, at=None, zone=ZoneInfo("UTC"))

    assert list(as_table(reading))[-1] == "line 2: not a line that is known: \ufffd[31mred"


def test_unknown_is_a_question_mark_and_never_zero() -> None:
    """A feature that the server would not count."""
    result = run("--kind", "flexnet", "-", given=b"Users of grade: Cannot get users of grade: down (-97,121)\n")

    assert result.stdout.splitlines()[2].split() == ["grade", "?", "?", "?", "?", "?", "?"]


def test_standard_input_is_read() -> None:
    """A pipe needs no file."""
    result = run("--kind", "flexnet", "--json", "-", given=LMSTAT.encode())

    assert json.loads(result.stdout)["lines"] == 8


@pytest.mark.parametrize(
    ("kind", "raw", "words"),
    [
        ("flexnet", b"", "empty"),
        ("rlm", LMSTAT.encode(), "text of FlexNet"),
        ("flexnet", b"a\x00", "NUL"),
        ("flexnet", b"x" * (MAX_CAPTURE_BYTES + 1), "may have"),
    ],
)
def test_what_is_no_capture_ends_with_one(kind: str, raw: bytes, words: str) -> None:
    """The sentence stands on standard error, and nothing on standard output."""
    result = run("--kind", kind, "--json", "-", given=raw)

    assert result.exit_code == 1
    assert words in result.stderr
    assert result.stdout == ""


def test_time_and_zone_are_taken(capture: Path) -> None:
    """The start is reckoned from the time given, in the zone given."""
    result = run("--kind", "flexnet", "--json", "--at", "2018-05-01T00:00+02:00", "--zone", "Europe/Rome", str(capture))
    found = json.loads(result.stdout)

    assert found["features"][0]["holders"][0]["started"] == "2013-03-12T17:05:00.000000Z"
    assert found["server"]["reported_at"] == "2024-03-13T09:30:00.000000Z"


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--at", "2024-03-13T10:30"),
        ("--at", "yesterday"),
        ("--at", "0001-01-01T00:00Z"),
        ("--zone", "Europe"),
        ("--zone", "Mars/Olympus"),
        ("--zone", "../etc/passwd"),
        ("--zone", ""),
        ("--kind", "abacus"),
    ],
)
def test_a_wrong_option_is_named(option: str, value: str, capture: Path) -> None:
    """A usage error, with two as its end."""
    result = run("--kind", "flexnet", option, value, str(capture))

    assert result.exit_code == 2
    assert f"'{option}'" in result.stderr


def test_a_file_that_is_not_there_is_a_usage_error() -> None:
    """It is not a capture that was refused."""
    assert run("--kind", "rlm", "/nowhere/at/all").exit_code == 2


def test_command_needs_neither_web_nor_database() -> None:
    """It starts at once, and works where no database is set up."""
    heavy = {"flask", "marshmallow", "sqlalchemy", "answerprint.core.db"}
    code = f"import sys, licensing.cli.read; print({heavy} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert found.stdout == "set()\n"
