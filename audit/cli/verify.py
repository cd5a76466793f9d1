"""``answerprint audit verify``."""

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from answerprint.core.db import open_engine
from audit.errors import VerificationError
from audit.keys import load_key
from audit.note import encode_base64, parse_vkey
from audit.queries import public_text
from audit.verification import Verification, verify_database

_WARNING = "WARNING: no key was given, so the keys in the database itself were believed. Give --key or --key-file."


@click.command()
@click.option("--database", "url", help="SQLAlchemy address; otherwise the one of this house's settings.")
@click.option("--key", "vkeys", multiple=True, help="A verifier key that you trust (C2SP vkey). May be repeated.")
@click.option("--key-file", type=click.Path(path_type=Path), help="The house's own key file, to trust its public half.")
@click.option("--json", "as_json", is_flag=True, help="Write the verdict as JSON.")
def verify(url: str | None, vkeys: tuple[str, ...], key_file: Path | None, *, as_json: bool) -> None:
    """Hash everything again and hold it against what was signed.

    Exits 0 where all holds, 1 where something does not, 2 where it could not be tried.
    """
    home = Path(os.environ.get("ANSWERPRINT_HOME", "var")).absolute()
    address = url or os.environ.get("ANSWERPRINT_DATABASE") or f"sqlite:///{home / 'answerprint.db'}"
    if address.startswith("sqlite:///") and not Path(address.removeprefix("sqlite:///")).exists():
        raise click.UsageError(f"--database: there is no database at {address}")
    own_key = Path(os.environ.get("ANSWERPRINT_KEY_FILE") or home / "keys" / "log.pem")
    if url is None and not vkeys and key_file is None and own_key.exists():
        key_file = own_key
    try:
        trusted = _trusted(vkeys, key_file)
    except VerificationError as error:
        raise click.UsageError(str(error)) from error
    engine = open_engine(address)
    reader = engine.execution_options(answerprint_reading=True, postgresql_readonly=True)
    try:
        with reader.connect() as connection, Session(connection) as session:
            verdict = verify_database(session, trusted_keys=trusted, progress=_progress if not as_json else None)
    except SQLAlchemyError as error:
        raise click.UsageError(f"--database: cannot be read: {str(error).partition(chr(10))[0]}") from error
    finally:
        engine.dispose()
    _write(verdict, as_json=as_json)
    sys.exit(0 if verdict.holds else 1)


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
        click.echo(_WARNING, err=True)
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
