"""``answerprint audit export``."""

import os
import sys
from datetime import datetime
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database, open_engine, reader
from answerprint.core.problems import Refusal
from answerprint.core.sealing import Seal, UnusableSealError, load_seal
from audit.bundle.export import Exported, Progress, export_bundle
from audit.bundle.source import Period, Selection
from audit.cli.database import address_of, home
from audit.errors import VerificationError
from audit.policies import Policies, policies_in
from audit.service.exports import record_export

_BAR = 30


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
@click.option("--project", type=click.UUID, help="Disclose entries of this project only.")
@click.option("--without-values", is_flag=True, help="Withhold all personal values.")
@click.option("--zone", default=None, help="IANA zone of the local times; otherwise that of the settings.")
@click.option("--seal-file", type=click.Path(path_type=Path), help="The sealing key; otherwise that of the settings.")
@click.option("--database", "url", help="SQLAlchemy address; otherwise the one of this house's settings.")
def export(  # noqa: PLR0913 - a command takes its options one by one
    log_name: str,
    out: Path,
    since: datetime | None,
    until: datetime | None,
    project: UUID | None,
    zone: str | None,
    seal_file: Path | None,
    url: str | None,
    *,
    without_values: bool,
) -> None:
    """Write one log as a zip that anybody can check without this house.

    Takes the newest signed checkpoint; entries after it are left out, and their number is said.
    """
    address, local = address_of(url), _zone(zone)
    seal = None if without_values else _seal(seal_file)
    selection = Selection(Period(since, until), project, with_values=not without_values)
    try:
        done = _write(address, log_name, out, selection, local, seal)
    except Refusal as error:
        raise click.ClickException(str(error)) from error
    except VerificationError as error:
        raise click.UsageError(str(error)) from error
    except FileExistsError as error:
        raise click.UsageError(f"--out: {out} exists already; nothing was written.") from error
    except SQLAlchemyError as error:
        raise click.UsageError(f"--database: cannot be read: {str(error).partition(chr(10))[0]}") from error
    except OSError as error:
        raise click.UsageError(f"--out: cannot be written: {error}") from error
    click.echo(_sentence(out, done))


def _sentence(out: Path, done: Exported) -> str:
    said = [f"{out}: {done.disclosed} of {done.size} entries of {done.log}."]
    if done.minimum:
        said.append(f"Those below {done.minimum} were pruned.")
    if done.erased:
        said.append(f"{done.erased} personal values were erased by order.")
    if done.withheld:
        said.append(f"{done.withheld} personal values are withheld.")
    if done.newer:
        said.append(f"{done.newer} newer entries wait for a checkpoint and are not inside.")
    return " ".join(said)


def _zone(name: str | None) -> ZoneInfo:
    name = name or os.environ.get("ANSWERPRINT_ZONE", "UTC")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise click.UsageError(f"--zone: there is no zone {name!r}. Try Europe/Berlin.") from error


def _seal(given: Path | None) -> Seal | None:
    """Return the sealing key; without one, and that is said, the bundle shows no personal values."""
    path = given or Path(os.environ.get("ANSWERPRINT_SEAL_FILE") or home() / "keys" / "seal.key")
    if given is None and not path.exists():
        click.echo(f"There is no sealing key at {path}: personal values are withheld. Give --seal-file.", err=True)
        return None
    try:
        return load_seal(path)
    except UnusableSealError as error:
        raise click.UsageError(f"--seal-file: {error}") from error


def _policies() -> Policies:
    return policies_in(Path(os.environ.get("ANSWERPRINT_POLICIES") or home() / "policies"))


def _write(address: str, log_name: str, out: Path, selection: Selection, zone: ZoneInfo, seal: Seal | None) -> Exported:
    if out.exists():
        raise FileExistsError(out)
    policies, engine = _policies(), open_engine(address)
    part = out.with_name(f".{out.name}.part")
    # Personal values are inside: nobody but the owner reads it before the owner hands it on.
    descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        # One state of the database for all members: a value that is erased meanwhile is in all of them or in none.
        with os.fdopen(descriptor, "w+b") as target, reader(engine).connect() as connection:
            done = export_bundle(
                Session(connection, info={"seal": seal}),
                log_name=log_name,
                target=target,
                selection=selection,
                zone=zone,
                now=clock.now(),
                policies=policies,
                progress=_progress(),
            )
        _record(address, done, selection)
        part.rename(out)
    finally:
        part.unlink(missing_ok=True)
        engine.dispose()
    return done


def _progress() -> Progress | None:
    """Return what draws a bar on a terminal, or nothing where nobody looks."""
    if not _is_watched():
        return None

    def draw(done: int, total: int) -> None:
        filled = _BAR * done // total if total else _BAR
        click.echo(f"\r[{'#' * filled}{' ' * (_BAR - filled)}]", err=True, nl=done >= total)

    return draw


def _is_watched() -> bool:
    return sys.stderr.isatty()


def _record(address: str, done: Exported, selection: Selection) -> None:
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
                since=selection.period.since,
                until=selection.period.until,
                project=selection.project,
            )
    finally:
        database.close()
