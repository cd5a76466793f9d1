"""The agent: it asks licence servers by the vendors' own tools, follows their logs, and sends both to the house.

It needs no database. This module and what it imports stay small: it runs on licence servers.
"""

import os
import signal
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import click

from answerprint.core import clock
from licensing.cli.poll_config import Config, ConfigError, Polled, read_config
from licensing.cli.poll_follow import follow, read_place, write_place
from licensing.cli.poll_house import send_waiting
from licensing.cli.poll_spool import Spool
from licensing.cli.poll_tools import ToolError, run_tool

_API = "/api/v1/licensing"


@click.command()
@click.option("--config", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE")
@click.option("--once", "rounds", flag_value=1, type=int, default=0, help="Ask each server once and end, for cron.")
def poll(config: Path, rounds: int) -> None:
    """Ask the licence servers of a TOML file in turn, and send what they print and log to the house."""
    try:
        found = read_config(config)
        token = found.token
    except (ConfigError, OSError) as error:
        raise click.UsageError(str(error)) from error
    if not token:
        raise click.UsageError(f"{found.token_file} is empty: write an API token into it.")
    spool = Spool(found.spool)
    try:
        with spool.held():
            is_well = _Round(found, spool).ask(found.servers) if rounds else _stay(_Round(found, spool))
    except BlockingIOError as error:
        raise click.ClickException(f"another agent works in {found.spool}.") from error
    raise SystemExit(0 if is_well else 1)


@dataclass(slots=True)
class _Round:
    """Asks servers, and sends."""

    config: Config
    spool: Spool
    stopped: threading.Event = field(default_factory=threading.Event)

    def ask(self, servers: tuple[Polled, ...]) -> bool:
        """Ask some servers and send all that waits; report whether all went well."""
        results = [self._ask(server) for server in servers if not self.stopped.is_set()]
        return send_waiting(self.config, self.spool, _say) and all(results)

    def _ask(self, server: Polled) -> bool:
        is_well = self._capture(server) if server.command else True
        return self._follow(server) and is_well

    def _capture(self, server: Polled) -> bool:
        try:
            printed = run_tool(server.command, zone=server.zone, timeout=server.timeout)
        except ToolError as error:
            _say(f"{server.id}: {error}")
            return False
        query = urlencode({"server_id": str(server.id), "taken_at": clock.now().isoformat()})
        if not self.spool.add(f"{_API}/captures?{query}", printed):
            _say(f"{server.id}: too much waits to be sent; this capture is let go")
            return False
        return True

    def _follow(self, server: Polled) -> bool:
        if server.log is None:
            return True
        name, path = f"{server.id}.place", f"{_API}/servers/{server.id}/logs"
        try:
            place = follow(server.log, read_place(self.spool.note(name)), lambda part: self.spool.add(path, part))
        except OSError as error:
            _say(f"{server.log} cannot be read: {error.strerror}")
            return False
        # Written after its parts: where it is lost, the house knows them again.
        self.spool.write(name, write_place(place))
        return True


def _stay(round_: _Round) -> bool:
    """Ask each server again and again when its time has come, until told to stop."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: round_.stopped.set())
    due = dict.fromkeys(round_.config.servers, time.monotonic())
    while not round_.stopped.is_set():
        ready = tuple(server for server, at in due.items() if at <= time.monotonic())
        for server in ready:
            due[server] = time.monotonic() + server.every
        round_.ask(ready)
        round_.stopped.wait(max(0.0, min(due.values()) - time.monotonic()))
    return True


def _say(sentence: str) -> None:
    click.echo(f"{clock.now().isoformat()} [{os.getpid()}] {sentence}", err=True)
