"""``answerprint audit verify``."""

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import NoReturn

import click
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from answerprint.core.db import open_engine, reader
from audit.bundle.check import Trust, verify_bundle
from audit.bundle.verdict import BundleVerdict
from audit.cli.database import address_of, home
from audit.errors import VerificationError
from audit.keys import load_key
from audit.note import encode_base64, parse_vkey
from audit.queries import public_text
from audit.verification import Verification, verify_database

_WARNING = "WARNING: no key was given, so the keys in the {} itself were believed. Give --key or --key-file."


@click.command()
@click.argument("bundle", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--database", "url", help="SQLAlchemy address; otherwise the one of this house's settings.")
@click.option("--key", "vkeys", multiple=True, help="A verifier key that you trust (C2SP vkey). May be repeated.")
@click.option("--key-file", type=click.Path(path_type=Path), help="The house's own key file, to trust its public half.")
@click.option("--kept", type=click.Path(path_type=Path), help="BUNDLE only: a checkpoint or receipt that you kept.")
@click.option("--reports", is_flag=True, help="BUNDLE only: make its reports anew from the entries, and compare.")
@click.option("--json", "as_json", is_flag=True, help="Write the verdict as JSON.")
def verify(
    bundle: Path | None,
    url: str | None,
    vkeys: tuple[str, ...],
    key_file: Path | None,
    kept: Path | None,
    *,
    reports: bool,
    as_json: bool,
) -> None:
    """Hash everything again and hold it against what was signed: a BUNDLE, or else the database.

    Exits 0 where all holds, 1 where something does not, 2 where it could not be tried.
    """
    if bundle is not None:
        _verify_bundle(bundle, url, vkeys, key_file, kept, reports="anew" if reports else "as listed", as_json=as_json)
    if kept is not None or reports:
        raise click.UsageError("--kept and --reports are for a BUNDLE.")
    address = address_of(url)
    own_key = Path(os.environ.get("ANSWERPRINT_KEY_FILE") or home() / "keys" / "log.pem")
    if url is None and not vkeys and key_file is None and own_key.exists():
        key_file = own_key
    try:
        trusted = _trusted(vkeys, key_file)
    except VerificationError as error:
        raise click.UsageError(str(error)) from error
    engine = open_engine(address)
    try:
        with reader(engine).connect() as connection, Session(connection) as session:
            verdict = verify_database(session, trusted_keys=trusted, progress=_progress if not as_json else None)
    except SQLAlchemyError as error:
        raise click.UsageError(f"--database: cannot be read: {str(error).partition(chr(10))[0]}") from error
    finally:
        engine.dispose()
    _write(verdict, as_json=as_json)
    sys.exit(0 if verdict.holds else 1)


def _verify_bundle(
    bundle: Path,
    url: str | None,
    vkeys: tuple[str, ...],
    key_file: Path | None,
    kept: Path | None,
    *,
    reports: str,
    as_json: bool,
) -> NoReturn:
    if url is not None or key_file is not None or len(vkeys) > 1:
        raise click.UsageError("A BUNDLE takes no --database and no --key-file, and one --key: that of its log.")
    try:
        trust = Trust(vkeys[0] if vkeys else None, kept.read_bytes() if kept is not None else None)
        verdict = verify_bundle(bundle, trust, reports=reports, progress=None if as_json else _progress)
    except (VerificationError, OSError) as error:
        raise click.UsageError(str(error)) from error
    _write_bundle(verdict, as_json=as_json)
    sys.exit(0 if verdict.holds else 1)


def _write_bundle(verdict: BundleVerdict, *, as_json: bool) -> None:
    if not verdict.is_pinned:
        click.echo(_WARNING.format("bundle"), err=True)
    if as_json:
        click.echo(json.dumps(asdict(verdict) | {"holds": verdict.holds}, indent=2))
        return
    for note in verdict.notes:
        click.echo(f"note: {note}")
    click.echo(verdict.sentence())


def _trusted(vkeys: tuple[str, ...], key_file: Path | None) -> set[str] | None:
    trusted = {encode_base64(parse_vkey(vkey).public_key) for vkey in vkeys}
    if key_file is not None:
        trusted.add(public_text(load_key(key_file).public_key()))
    return trusted or None


def _progress(log: str, done: int, total: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{log}: {done:,} of {total:,} entries", err=True, nl=done >= total)


def _write(verdict: Verification, *, as_json: bool) -> None:
    if not verdict.is_pinned:
        click.echo(_WARNING.format("database"), err=True)
    if as_json:
        click.echo(json.dumps(asdict(verdict) | {"holds": verdict.holds}, indent=2))
        return
    for log in verdict.logs:
        word = "holds" if log.holds else "DOES NOT HOLD"
        unsigned = log.size - log.signed_size
        waiting = f", {unsigned} of them not signed yet" if unsigned else ""
        click.echo(f"{log.name}: {word}, {log.size} entries{waiting}")
    for finding in verdict.findings:
        click.echo(f"  {finding}")
    click.echo("All holds." if verdict.holds else f"First that does not hold: {verdict.findings[0]}")
