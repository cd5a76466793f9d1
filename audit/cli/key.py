"""``answerprint audit key``: the keys that sign the logs."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from answerprint.core.db import Database
from answerprint.core.problems import Refusal
from audit.checkpoint import parse_decimal
from audit.cli.database import address_of, home
from audit.cli.key_change import House, KeyFiles, compromise, mldsa_addition, replacement, rotation
from audit.errors import VerificationError
from audit.keys import is_sealed, load_key, load_mldsa_key, read_passphrase, seal_key
from audit.models import Log
from audit.queries.keys import mldsa_vkey, succession_of
from audit.queries.logs import list_logs, log_named
from audit.second_place import SecondPlace
from audit.succession import KeyState, Succession

_SETTINGS = ("ANSWERPRINT_KEY_FILE", "ANSWERPRINT_KEY_PASSPHRASE_FILE", "ANSWERPRINT_MLDSA_KEY_FILE")
_FILE = click.Path(path_type=Path, dir_okay=False)
_database = click.option("--database", "url", help="SQLAlchemy address; otherwise the one of this house's settings.")


@click.group()
def key() -> None:
    """Show, seal, hand over and revoke the keys that sign the logs."""


@key.command()
@_database
def show(url: str | None) -> None:
    """Show each log's keys, and how their files lie."""
    with _opened(url) as house:
        files = house.files
        for path in _present(files):
            click.echo(f"{path}: {'sealed with a passphrase' if is_sealed(path) else 'not sealed'}")
        if files.new.exists():
            click.echo("A change of key was begun and not ended: run the same command again.")
        with house.database.reading() as session:
            for one in list_logs(session):
                log = log_named(session, one.name)
                _show_log(log, succession_of(session, log), mldsa_vkey(session, log))


@key.command()
@click.option("--passphrase-file", type=_FILE, help="Otherwise the one of this house's settings.")
def seal(passphrase_file: Path | None) -> None:
    """Seal the key files with the passphrase that a file holds; what is sealed already must open with it."""
    files = _files()
    chosen = passphrase_file or files.passphrase
    passphrase = read_passphrase(chosen)
    if passphrase is None:
        raise click.UsageError("--passphrase-file: name a file with the passphrase, mode 0600.")
    found = _present(files)
    for path in found:
        if is_sealed(path):
            (load_mldsa_key if path == files.mldsa_or_usual else load_key)(path, passphrase)
    for path in found:
        if not is_sealed(path):
            seal_key(path, passphrase)
            click.echo(f"{path} is sealed.")
    click.echo(f"Set ANSWERPRINT_KEY_PASSPHRASE_FILE={chosen} and restart the service.")
    click.echo("Older copies of the key files, in backups too, are as open as before.")


@key.command()
@_database
def rotate(url: str | None) -> None:
    """Hand every log over to a new key, which lies in the key file then; the old one is kept beside it."""
    with _opened(url) as house:
        _run(rotation(house))
        _say_what_is_next(house)


@key.command()
@click.option("--revoked", type=_FILE, help="The file of a former key; otherwise the key that signs now is revoked.")
@click.option("--stands", multiple=True, metavar="LOG=SIZE", help="Up to how many entries its word stands, a log.")
@_database
def compromised(revoked: Path | None, stands: tuple[str, ...], url: str | None) -> None:
    """Revoke a key that is in wrong hands; where it signs now, a new one is made and takes its place first.

    What it signed stands up to --stands, or else up to the last checkpoint that a witness cosigned, or else not at all.
    """
    sizes = dict(_size(one) for one in stands)
    with _opened(url) as house:
        _run(compromise(house, stands=sizes, revoked_file=revoked))
        _say_what_is_next(house)


@key.command("replace-lost")
@click.option("--ground", required=True, help="How it was lost; it stands on the logs for ever, so it names nobody.")
@_database
def replace_lost(ground: str, url: str | None) -> None:
    """Have a new key take the place of one whose file is gone, and no backup of it is left.

    Who has only the old verifier key is not led over: he has to be given the new one.
    """
    with _opened(url) as house:
        _run(replacement(house, ground=ground))
        _say_what_is_next(house)
        click.echo("Whoever checks with an old key is told that it was replaced, and believes nothing newer by it.")


@key.command("add-mldsa")
@_database
def add_mldsa(url: str | None) -> None:
    """Have an ML-DSA-44 key sign every log beside the first key; it is made where there is no file of it yet."""
    with _opened(url) as house:
        _run(mldsa_addition(house))
        click.echo(f"Set ANSWERPRINT_MLDSA_KEY_FILE={house.files.mldsa_or_usual}: the logs are not signed without it.")
        _say_what_is_next(house)


def _files() -> KeyFiles:
    chosen = {name: Path(os.environ[name]) for name in _SETTINGS if os.environ.get(name)}
    return KeyFiles(
        chosen.get("ANSWERPRINT_KEY_FILE", home() / "keys" / "log.pem"),
        chosen.get("ANSWERPRINT_KEY_PASSPHRASE_FILE"),
        chosen.get("ANSWERPRINT_MLDSA_KEY_FILE"),
    )


def _present(files: KeyFiles) -> list[Path]:
    return [path for path in (files.key, files.new, files.mldsa_or_usual) if path.exists()]


@contextmanager
def _opened(url: str | None) -> Iterator[House]:
    place = SecondPlace(Path(os.environ.get("ANSWERPRINT_SECOND_PLACE") or home() / "second-place"))
    database = Database(address_of(url))
    try:
        yield House(database, _files(), place if place.exists() else None)
    except SQLAlchemyError as error:
        raise click.ClickException(f"The database refused: {str(error).partition(chr(10))[0]}") from error
    finally:
        database.close()


def _run(steps: Iterator[str]) -> None:
    try:
        for done in steps:
            click.echo(done)
    except (Refusal, VerificationError):
        click.echo("Not ended. Once what follows is put right, run the same command again.", err=True)
        raise


def _say_what_is_next(house: House) -> None:
    click.echo("Restart the service now: until then it has the keys of before, and signs nothing.")
    click.echo("Give these verifier keys out, by the way by which the first ones went:")
    with house.database.reading() as session:
        for log in list_logs(session):
            click.echo(f"  {log.vkey}")
            if log.mldsa_vkey is not None:
                click.echo(f"  {log.mldsa_vkey}")


def _show_log(log: Log, succession: Succession, beside: str | None) -> None:
    click.echo(log.name)
    for period in succession.periods:
        standing = succession.standing(period.vkey)
        match standing.state:
            case KeyState.CURRENT:
                word = f"signs more than {standing.since} entries" if standing.since else "signs"
            case KeyState.REVOKED:
                word = f"revoked; stands up to {standing.stands} entries"
            case KeyState.REPLACED if standing.until == standing.lost_at:
                word = f"lost; replaced at {standing.until} entries"
            case _:
                word = f"superseded at {standing.until} entries"
        click.echo(f"  {word}: {period.vkey}")
    if beside is not None:
        click.echo(f"  signs beside: {beside}")


def _size(text: str) -> tuple[str, int]:
    log, _, size = text.partition("=")
    try:
        return log, parse_decimal(size)
    except ValueError as error:
        raise click.UsageError(f"--stands: {text!r} is not LOG=SIZE, such as house=1200.") from error
