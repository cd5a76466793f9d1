"""The command that reads a capture. This module and what it imports stay small, so that it starts at once."""

import hashlib
import json
from datetime import UTC, datetime
from typing import BinaryIO
from zoneinfo import ZoneInfo

import click

from answerprint.core.problems import Refusal
from licensing.collectors import flexnet_file_list
from licensing.collectors.registry import MAX_CAPTURE_BYTES, CollectorKind, read_capture, read_hints
from licensing.collectors.rendering import as_json, as_table


def _at(_context: click.Context, _option: click.Parameter, value: str | None) -> datetime | None:
    """Take a time that says where on earth it counts; without an offset nobody could."""
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        message = f"{value!r} is not a time such as 2026-03-01T09:00:00+01:00."
        raise click.BadParameter(message) from error
    if moment.tzinfo is None:
        message = f"{value!r} has no offset: write Z or, for example, +01:00 behind it."
        raise click.BadParameter(message)
    if moment.year not in range(1970, 2200):
        message = f"{value!r} is not between 1970 and 2199."
        raise click.BadParameter(message)
    return moment.astimezone(UTC)


def _zone(_context: click.Context, _option: click.Parameter, value: str) -> ZoneInfo:
    """Take a name of the time zone database."""
    try:
        return ZoneInfo(value)
    # A name that is a folder of the database, or no path at all, is refused by the system, not by zoneinfo.
    except (LookupError, ValueError, OSError) as error:
        message = f"{value!r} is not a time zone such as Europe/Rome."
        raise click.BadParameter(message) from error


_KINDS = [*(kind.value for kind in CollectorKind), flexnet_file_list.KIND]


@click.command()
@click.option("--kind", required=True, type=click.Choice(_KINDS), help="Whose text it is; lmstat-i holds hints only.")
@click.option(
    "--json", "form", flag_value="json", default="table", help="Print all that was read as JSON, not a table."
)
@click.option("--at", callback=_at, metavar="TIME", help="When it was printed, with an offset; else as the text says.")
@click.option("--zone", callback=_zone, default="UTC", metavar="ZONE", help="The server's time zone.  [default: UTC]")
@click.argument("file", type=click.File("rb"))
def read(kind: str, form: str, at: datetime | None, zone: ZoneInfo, file: BinaryIO) -> None:
    """Read what a licence server printed into FILE, or - for standard input. Nothing is stored."""
    raw = file.read(MAX_CAPTURE_BYTES + 1)
    try:
        is_hint = kind == flexnet_file_list.KIND
        reading = read_hints(raw) if is_hint else read_capture(CollectorKind(kind), raw, at=at, zone=zone)
    except Refusal as refusal:
        raise click.ClickException(refusal.detail) from refusal
    if form == "json":
        found = as_json(reading) | {"sha256": hashlib.sha256(raw).hexdigest()}
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
        return
    for line in as_table(reading):
        click.echo(line)
