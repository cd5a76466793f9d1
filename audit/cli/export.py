"""``answerprint audit export``."""

import os
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database, open_engine, reader
from answerprint.core.problems import Refusal
from audit.bundle.export import Exported, export_bundle
from audit.bundle.source import Period
from audit.cli.database import address_of
from audit.service.exports import record_export


def _instant(_context: click.Context, option: click.Parameter, text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(f"{text!r} is not an instant, such as 2026-03-01T00:00:00Z.", param=option) from error
    if moment.tzinfo is None:
        raise click.BadParameter(f"{text!r} has no zone: end it in Z or +01:00.", param=option)
    return moment


@click.command()
@click.option("--log", "log_name", required=True, help="The log's name, such as house.")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The zip to write; new.")
@click.option("--from", "since", callback=_instant, help="Disclose entries from this instant on only.")
@click.option("--to", "until", callback=_instant, help="Disclose entries before this instant only.")
@click.option("--zone", default=None, help="IANA zone of the local times; otherwise that of the settings.")
@click.option("--database", "url", help="SQLAlchemy address; otherwise the one of this house's settings.")
def export(
    log_name: str, out: Path, since: datetime | None, until: datetime | None, zone: str | None, url: str | None
) -> None:
    """Write one log as a zip that anybody can check without this house.

    Takes the newest signed checkpoint; entries after it are left out, and their number is said.
    """
    name = zone or os.environ.get("ANSWERPRINT_ZONE", "UTC")
    try:
        local = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise click.UsageError(f"--zone: there is no zone {name!r}. Try Europe/Berlin.") from error
    try:
        done = _write(address_of(url), log_name, out, Period(since, until), local)
    except Refusal as error:
        raise click.ClickException(str(error)) from error
    except FileExistsError as error:
        raise click.UsageError(f"--out: {out} exists already; nothing was written.") from error
    except SQLAlchemyError as error:
        raise click.UsageError(f"--database: cannot be read: {str(error).partition(chr(10))[0]}") from error
    except OSError as error:
        raise click.UsageError(f"--out: cannot be written: {error}") from error
    newer = f" {done.newer} newer entries wait for a checkpoint and are not inside." if done.newer else ""
    click.echo(f"{out}: {done.disclosed} of {done.size} entries of {done.log}.{newer}")


def _write(address: str, log_name: str, out: Path, period: Period, zone: ZoneInfo) -> Exported:
    if out.exists():
        raise FileExistsError(out)
    engine = open_engine(address)
    part = out.with_name(f".{out.name}.part")
    # Personal values are inside: nobody but the owner reads it before the owner hands it on.
    descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        # One state of the database for all members: a value that is erased meanwhile is in all of them or in none.
        with os.fdopen(descriptor, "w+b") as target, reader(engine).connect() as connection:
            done = export_bundle(
                Session(connection), log_name=log_name, target=target, period=period, zone=zone, now=clock.now()
            )
        _record(address, done, period)
        part.rename(out)
    finally:
        part.unlink(missing_ok=True)
        engine.dispose()
    return done


def _record(address: str, done: Exported, period: Period) -> None:
    """Record the export; where that fails the caller takes the file back, so that no bundle leaves unrecorded."""
    database = Database(address)
    try:
        with database.transaction() as session:
            record_export(
                session,
                SYSTEM,
                log_name=done.log,
                size=done.size,
                disclosed=done.disclosed,
                since=period.since,
                until=period.until,
            )
    finally:
        database.close()
