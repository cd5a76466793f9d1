"""``answerprint audit drill``."""

import json
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from answerprint.core.problems import Refusal
from answerprint.core.sealing import UnusableSealError
from audit.cli.database import address_of, home, passphrase_at_hand, seal_at_hand
from audit.drill.copy import Copy, copied
from audit.drill.growth import grow
from audit.drill.report import Report
from audit.drill.run import ATTACKS, Outcome, Stand, carry_out, faults
from audit.errors import VerificationError
from audit.keys import load_key, load_mldsa_key
from audit.queries.logs import public_text

_WARNING = "WARNING: no key file was given, so the copy cannot be signed: some attacks are not tried. Give --key-file."


@click.command()
@click.option("--database", "url", help="SQLAlchemy address; otherwise the one of this house's settings.")
@click.option("--key-file", type=click.Path(path_type=Path), help="The house's own key file; it signs the copy only.")
@click.option("--mldsa-key-file", type=click.Path(path_type=Path), help="The house's ML-DSA-44 key, if it has one.")
@click.option("--seal-file", type=click.Path(path_type=Path), help="The house's sealing key, to open personal values.")
@click.option(
    "--checkpoint",
    "checkpoints",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A checkpoint that you kept outside the house. May be repeated.",
)
@click.option("--json", "as_json", is_flag=True, help="Write the outcome as JSON.")
def drill(
    url: str | None,
    key_file: Path | None,
    mldsa_key_file: Path | None,
    seal_file: Path | None,
    checkpoints: tuple[Path, ...],
    *,
    as_json: bool,
) -> None:
    """Attack a copy of the trail in every way we know, and say what caught each attack.

    The database itself is only read. Exits 0 where each attack was caught or can be caught only from outside the
    house, 1 where one went unseen or the trail did not hold before, 2 where it could not be tried.
    """
    address = address_of(url)
    own_key = Path(os.environ.get("ANSWERPRINT_KEY_FILE") or home() / "keys" / "log.pem")
    if url is None and key_file is None and own_key.exists():
        key_file = own_key
    try:
        passphrase = passphrase_at_hand()
        key = load_key(key_file, passphrase) if key_file is not None else None
        beside = _beside(url, mldsa_key_file, passphrase)
        with copied(address, seal_at_hand(url, seal_file), beside) as copy:
            report = _drill(address, copy, key, tuple(path.read_bytes() for path in checkpoints))
    except (VerificationError, UnusableSealError, Refusal, SQLAlchemyError) as error:
        raise click.UsageError(str(error).partition("\n")[0]) from error
    _write(report, as_json=as_json)
    sys.exit(0 if report.holds else 1)


def _beside(url: str | None, mldsa_key_file: Path | None, passphrase: str | None) -> MLDSA44PrivateKey | None:
    own = os.environ.get("ANSWERPRINT_MLDSA_KEY_FILE")
    if mldsa_key_file is None and url is None and own:
        mldsa_key_file = Path(own)
    return load_mldsa_key(mldsa_key_file, passphrase) if mldsa_key_file is not None else None


def _drill(address: str, copy: Copy, key: Ed25519PrivateKey | None, kept: tuple[bytes, ...]) -> Report:
    trusted = frozenset({public_text(key.public_key())}) if key is not None else None
    before = tuple(faults(Stand(copy, key, trusted, None, kept)))
    name: str | None = None
    outcomes: tuple[Outcome, ...] = ()
    if not before:
        grown = grow(copy, key) if key is not None else None
        name, policies = (grown.log, (grown.policy,)) if grown is not None else (None, ())
        outcomes = tuple(_watched(carry_out(Stand(copy, key, trusted, name, kept, policies))))
    shown = make_url(address).render_as_string(hide_password=True)
    return Report(shown, copy.made, name, trusted is not None, copy.lacks, before, outcomes)


def _watched(outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
    for done, outcome in enumerate(outcomes, start=1):
        if sys.stderr.isatty():
            click.echo(f"\r{done} of {len(ATTACKS)} attacks", err=True, nl=done == len(ATTACKS))
        yield outcome


def _write(report: Report, *, as_json: bool) -> None:
    if not report.is_pinned:
        click.echo(_WARNING, err=True)
    if as_json:
        click.echo(json.dumps(report.as_json(), indent=2))
        return
    for line in report.lines():
        click.echo(line)
