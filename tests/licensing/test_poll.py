"""The agent: it runs the vendors' tools within limits, follows logs, and keeps what the house did not take yet."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import func, select
from werkzeug.serving import BaseWSGIServer, make_server

from answerprint.core.db import Database
from answerprint.core.permissions import Permission
from answerprint.web.cli import main
from facility.roles import Role
from licensing.cli.poll_follow import Place, follow
from licensing.cli.poll_tools import ToolError, run_tool
from licensing.models.eventlogs import LogPart
from licensing.models.observed import Capture
from tests.licensing import factories
from tests.licensing.event_logs import LINES, text_of
from tests.licensing.printed import Use, lmstat
from tests.web.browsers import Browser, program


def tool(folder: Path, script: str, name: str = "tool") -> str:
    """Make a small shell script that stands for a vendor's tool."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


class TestRunTool:
    """A tool has so much time and so much output, and no shell."""

    def test_what_it_prints(self, tmp_path: Path) -> None:
        """In the server's zone, and with what it says of errors."""
        command = tool(tmp_path, 'echo "$TZ" "$1"; echo down >&2; exit 3')

        assert run_tool([command, "a; b"], zone="Asia/Tokyo", timeout=10) == b"Asia/Tokyo a; b\ndown\n"

    def test_one_that_hangs(self, tmp_path: Path) -> None:
        """It is ended with all that it started."""
        command = tool(tmp_path, f"echo begun; (sleep 60; touch {tmp_path}/late) & echo $! > {tmp_path}/child; wait")
        began = time.monotonic()

        with pytest.raises(ToolError, match="in time"):
            run_tool([command], zone="UTC", timeout=0.5)
        assert time.monotonic() - began < 10
        child = int((tmp_path / "child").read_text())
        assert not Path(f"/proc/{child}/cmdline").exists() or not Path(f"/proc/{child}/cmdline").read_bytes()

    def test_one_that_prints_too_much(self, tmp_path: Path) -> None:
        """Nothing of it is sent: half a capture would say that seats are free."""
        with pytest.raises(ToolError, match="more than 1000 bytes"):
            run_tool([tool(tmp_path, "yes")], zone="UTC", timeout=10, limit=1000)

    def test_one_that_says_nothing(self, tmp_path: Path) -> None:
        """A tool that failed is no server without use."""
        with pytest.raises(ToolError, match="ended with 4"):
            run_tool([tool(tmp_path, "exit 4")], zone="UTC", timeout=10)

    def test_one_that_is_not_there(self, tmp_path: Path) -> None:
        """The name is said."""
        with pytest.raises(ToolError, match="nowhere"):
            run_tool([str(tmp_path / "nowhere")], zone="UTC", timeout=10)


class TestFollow:
    """A log is read on from where it was left, by whole lines."""

    @pytest.fixture(name="log")
    def _log(self, tmp_path: Path) -> Path:
        """A log with a line and a half."""
        path = tmp_path / "debug.log"
        path.write_bytes(b"one\ntw")
        return path

    def read(self, log: Path, place: Place) -> tuple[Place, bytes]:
        """Follow it once."""
        found = bytearray()

        def take(part: bytes) -> bool:
            found.extend(part)
            return True

        return follow(log, place, take), bytes(found)

    def test_half_a_line(self, log: Path) -> None:
        """It waits for its end."""
        place, first = self.read(log, Place())
        with log.open("ab") as file:
            file.write(b"o\nthree\n")

        assert (first, self.read(log, place)[1]) == (b"one\n", b"two\nthree\n")

    def test_rotation(self, log: Path) -> None:
        """What was left of the old file comes first, and then the new one."""
        place, _ = self.read(log, Place())
        log.rename(log.with_suffix(".log.1"))
        log.write_bytes(b"three\n")

        assert self.read(log, place)[1] == b"twthree\n"

    def test_truncation(self, log: Path) -> None:
        """A file that was emptied is read from its beginning."""
        place, _ = self.read(log, Place())
        log.write_bytes(b"new\n")

        assert self.read(log, place)[1] == b"new\n"

    def test_truncation_to_as_much(self, log: Path) -> None:
        """It is known by its first bytes."""
        place, _ = self.read(log, Place())
        log.write_bytes(b"another beginning\n")

        assert self.read(log, place)[1] == b"another beginning\n"

    def test_what_cannot_be_taken(self, log: Path) -> None:
        """It is not passed over."""
        place = follow(log, Place(), lambda _: False)

        assert self.read(log, place)[1] == b"one\n"


@dataclass
class House:
    """A house on loopback, and an agent's configuration for its one server."""

    app: Flask
    config: Path
    server_id: UUID
    port: int = 0
    _serving: BaseWSGIServer | None = None

    def open(self) -> None:
        """Answer from now on, on the port of before."""
        self._serving = make_server("127.0.0.1", self.port, self.app, threaded=True)
        self.port = self._serving.port
        threading.Thread(target=self._serving.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Answer no more."""
        if self._serving is not None:
            self._serving.shutdown()
            self._serving.server_close()
        self._serving = None

    def write(self, more: str, *, token: str | None = None) -> None:
        """Write the configuration."""
        folder = self.config.parent
        if token is not None:
            (folder / "token").write_text(token)
        self.config.write_text(
            f'address = "http://127.0.0.1:{self.port}"\ntoken_file = "{folder}/token"\nspool = "{folder}/spool"\n'
            f'[[servers]]\nid = "{self.server_id}"\nkind = "flexnet"\n{more}\n'
        )

    def poll(self) -> Result:
        """Run the agent once."""
        return CliRunner().invoke(main, ["licensing", "poll", "--config", str(self.config), "--once"])


@pytest.fixture(name="house")
def _house(app: Flask, database: Database, tmp_path: Path) -> Iterator[House]:
    """A house with a server and a token for its agent; it answers."""
    with database.transaction() as session:
        server_id = factories.make_server(session, zone="UTC").id
    person = Browser(app, database, Role.TECH).person_id
    secret = program(app, database, person, Permission.CAPTURES_WRITE).environ_base["HTTP_AUTHORIZATION"]
    house = House(app, tmp_path / "poll.toml", server_id)
    house.open()
    house.write("", token=secret.removeprefix("Bearer "))
    yield house
    house.close()


def counted(database: Database) -> tuple[int, int]:
    """Return how many captures and how many lines of logs were taken."""
    with database.reading() as session:
        captures = session.scalar(select(func.count()).select_from(Capture)) or 0
        return captures, session.scalar(select(func.coalesce(func.sum(LogPart.lines), 0))) or 0


class TestPoll:
    """``answerprint licensing poll --once``."""

    def test_a_capture_and_a_log(self, house: House, database: Database, tmp_path: Path) -> None:
        """Both arrive; what was sent once is not sent again."""
        (tmp_path / "printed").write_bytes(lmstat({"nuke_i": Use(10, ["mara"])}, printed=None))
        (tmp_path / "debug.log").write_bytes(text_of(*LINES))
        command = tool(tmp_path, f"cat {tmp_path}/printed")
        house.write(f'command = ["{command}"]\nlog = "{tmp_path}/debug.log"')
        first = house.poll()
        after = counted(database)
        second = house.poll()

        assert (first.exit_code, second.exit_code) == (0, 0), (first.output, second.output)
        assert after == (1, len(LINES))
        assert counted(database) == (2, len(LINES))

    def test_a_house_that_does_not_answer(self, house: House, database: Database, tmp_path: Path) -> None:
        """What was printed waits on disk, and comes later in order."""
        log = tmp_path / "debug.log"
        log.write_bytes(text_of(*LINES[:4]))
        house.write(f'log = "{log}"')
        house.close()
        away = house.poll()
        with log.open("ab") as file:
            file.write(text_of(*LINES[4:]))
        house.open()
        back = house.poll()

        assert (away.exit_code, back.exit_code) == (1, 0)
        assert "does not answer" in away.output
        assert counted(database) == (0, len(LINES))
        with database.reading() as session:
            assert session.scalars(select(LogPart.lines).order_by(LogPart.number)).all() == [4, 6]

    def test_a_token_that_opens_nothing(self, house: House, database: Database, tmp_path: Path) -> None:
        """Nothing is lost: with another token it is sent."""
        secret = (tmp_path / "token").read_text()
        (tmp_path / "debug.log").write_bytes(text_of(*LINES))
        house.write(f'log = "{tmp_path}/debug.log"', token="wrong")
        refused = house.poll()
        house.write(f'log = "{tmp_path}/debug.log"', token=secret)

        assert (refused.exit_code, house.poll().exit_code) == (1, 0)
        assert "wrong" not in refused.output
        assert counted(database) == (0, len(LINES))

    def test_what_the_house_will_never_take(self, house: House, database: Database, tmp_path: Path) -> None:
        """It is put aside and does not hold up what follows."""
        command = tool(tmp_path, "echo this is no capture")
        (tmp_path / "debug.log").write_bytes(text_of(*LINES))
        house.write(f'command = ["{command}"]\nlog = "{tmp_path}/debug.log"')
        found = house.poll()

        assert "put aside" in found.output
        assert len(list((tmp_path / "spool" / "refused").iterdir())) == 1
        assert counted(database) == (0, len(LINES))

    @pytest.mark.parametrize(
        ("more", "word"),
        [
            ('command = ["lmstat"]\nevery = 29', "every"),
            ('command = "lmstat -a"', "command"),
            ("", "command"),
            ('command = ["lmstat"]\nevrey = 60', "evrey"),
            ('command = ["lmstat"]\nzone = "Mars"', "zone"),
        ],
    )
    def test_a_configuration_that_cannot_be(self, house: House, more: str, word: str) -> None:
        """The word at fault is named before anything runs."""
        house.write(more)
        found = house.poll()

        assert found.exit_code == 2
        assert word in found.output


def test_a_token_in_clear_over_the_wire(tmp_path: Path) -> None:
    """Beyond this machine only https carries it."""
    config = tmp_path / "poll.toml"
    config.write_text('address = "http://post.example"\ntoken_file = "t"\nspool = "s"\n[[servers]]\nid = "x"\n')
    found = CliRunner().invoke(main, ["licensing", "poll", "--config", str(config)])

    assert found.exit_code == 2
    assert "https" in found.output


def test_it_loads_no_database() -> None:
    """It runs on licence servers, where nothing but the wheel is."""
    code = "import sys, licensing.cli.poll; print({'sqlalchemy', 'flask', 'marshmallow'} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "set()"
