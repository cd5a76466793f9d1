"""The command that takes in an event log of any size, part by part."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Self

import click
from sqlalchemy import select

from answerprint.core import clock
from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.problems import Refusal
from licensing.models.catalogue import LicenceServer
from licensing.queries.log_parts import read_log
from licensing.service.eventlogs import TakenPart, take_log

PART_BYTES = 1024 * 1024
"""A part is as long as that, so that no other writer waits long for it."""


@click.command("import-log")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--server", required=True, metavar="NAME", help="The licence server's name in the catalogue.")
def import_log(file: Path, server: str) -> None:
    """Take in the event log FILE, of any size, after what was taken of this server's log before.

    A file that has grown may be taken in again: only what is new of it counts. It can be stopped at any time.
    """
    database = Database(_address())
    try:
        with database.reading() as session:
            server_id = session.scalar(select(LicenceServer.id).where(LicenceServer.name == server))
        if server_id is None:
            raise click.UsageError(f"--server: no licence server of the catalogue is named {server!r}.")
        taken = _Sum()
        with file.open("rb") as source, Bar(file.stat().st_size) as bar:
            for raw in parts(source):
                with database.reading() as session:
                    text = read_log(session, server_id=server_id, raw=raw)
                with database.transaction() as session:
                    taken.add(take_log(session, SYSTEM, server_id=server_id, raw=raw, now=clock.now(), text=text))
                bar.advance(len(raw))
        click.echo(taken.sentence)
    except Refusal as refusal:
        raise click.ClickException(refusal.detail) from refusal
    finally:
        database.close()


def parts(source: BinaryIO) -> Iterator[bytes]:
    """Cut a file at ends of lines into parts of about 1 MiB; a longer line is cut within."""
    while raw := source.read(PART_BYTES):
        # To the end of the line, or of the longest that a part may still hold.
        yield raw if raw.endswith(b"\n") else raw + source.readline(PART_BYTES)


class _Sum:
    """Adds up what was taken in."""

    def __init__(self) -> None:
        self._parts = self._known = self._lines = self._diagnostics = self._sessions = self._denials = 0

    def add(self, taken: TakenPart) -> None:
        """Add one part."""
        if not taken.is_new:
            self._known += 1
            return
        part = taken.part
        self._parts += 1
        self._lines += part.lines
        self._diagnostics += part.diagnostics
        self._sessions += part.sessions
        self._denials += part.denials

    @property
    def sentence(self) -> str:
        """Say what was taken in."""
        known = f" {self._known:,} parts were taken in before." if self._known else ""
        return (
            f"{self._lines:,} lines in {self._parts:,} parts: {self._sessions:,} sessions ended, {self._denials:,} "
            f"denials, {self._diagnostics:,} lines not understood.{known}"
        )


class Bar:
    """A progress bar of bytes on standard error, on a terminal; anywhere else nothing is written."""

    def __init__(self, length: int) -> None:
        self._bar: Any = click.progressbar(
            length=length, label="bytes", show_pos=True, show_eta=True, file=sys.stderr, hidden=not sys.stderr.isatty()
        )

    def __enter__(self) -> Self:
        self._bar.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        self._bar.__exit__(kind, error, trace)

    def advance(self, by: int) -> None:
        """Show that so many bytes more are done."""
        self._bar.update(by)


def _address() -> str:
    """Return the address of this house's database, as the settings say it."""
    home = Path(os.environ.get("ANSWERPRINT_HOME", "var")).absolute()
    address = os.environ.get("ANSWERPRINT_DATABASE") or f"sqlite:///{home / 'answerprint.db'}"
    if address.startswith("sqlite:///") and not Path(address.removeprefix("sqlite:///")).exists():
        raise click.UsageError(f"there is no database at {address}: set ANSWERPRINT_HOME, or ANSWERPRINT_DATABASE.")
    return address
