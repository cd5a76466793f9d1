"""What ``answerprint audit verify`` does."""

import json
import os
import sys
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

import click
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.db import open_engine, reader
from answerprint.core.sealing import UnusableSealError, load_seal
from audit.bundle.check import Trust, verify_bundle
from audit.bundle.verdict import BundleVerdict
from audit.cli.database import address_of, home, passphrase_at_hand, seal_file_at_hand
from audit.cli.progress import Bar
from audit.errors import VerificationError
from audit.keys import load_key
from audit.note import encode_base64, parse_vkey
from audit.queries.logs import public_text
from audit.verdict import LogVerdict
from audit.verification import Means, Verification, verify_database
from audit.walkers import Place
from audit.witnessrows import GivenPolicy

_WARNING = "WARNING: no key was given, so the keys in the {} itself were believed. Give --key or --key-file."


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of the command."""

    url: str | None
    vkeys: tuple[str, ...]
    key_file: Path | None
    seal_file: Path | None
    policies: tuple[Path, ...]
    max_silence: int | None
    kept: Path | None
    reports: bool
    as_json: bool


def verify_as_asked(bundle: Path | None, asked: Asked) -> NoReturn:
    """Verify a bundle, or else the database; say the verdict and exit with its code."""
    if bundle is not None:
        _verify_bundle(bundle, asked)
    if asked.kept is not None or asked.reports:
        raise click.UsageError("--kept and --reports are for a BUNDLE.")
    address = address_of(asked.url)
    try:
        trusted = _trusted(asked.vkeys, _key_file(asked))
        seal_file = seal_file_at_hand(asked.url, asked.seal_file)
        seal = load_seal(seal_file) if seal_file is not None else None
        means = _means(asked, Place(address, seal_file))
    except (VerificationError, UnusableSealError) as error:
        raise click.UsageError(str(error)) from error
    engine = open_engine(address)
    try:
        with (
            Bar() as bar,
            reader(engine).connect() as connection,
            Session(connection, info={"seal": seal}) as session,
        ):
            verdict = verify_database(session, trusted_keys=trusted, progress=bar, means=means)
    except SQLAlchemyError as error:
        raise click.UsageError(f"--database: cannot be read: {str(error).partition(chr(10))[0]}") from error
    finally:
        engine.dispose()
    _write(verdict, as_json=asked.as_json)
    sys.exit(0 if verdict.holds else 1)


def _key_file(asked: Asked) -> Path | None:
    own_key = Path(os.environ.get("ANSWERPRINT_KEY_FILE") or home() / "keys" / "log.pem")
    is_own = asked.url is None and not asked.vkeys and asked.key_file is None and own_key.exists()
    return own_key if is_own else asked.key_file


def _means(asked: Asked, place: Place) -> Means:
    policies = tuple(GivenPolicy.read(path.read_bytes()) for path in asked.policies)
    silence = timedelta(minutes=asked.max_silence) if asked.max_silence is not None else None
    return Means(policies, silence, clock.now(), place)


def _verify_bundle(bundle: Path, asked: Asked) -> NoReturn:
    of_database = (asked.url, asked.key_file, asked.seal_file, asked.max_silence)
    if any(one is not None for one in of_database) or len(asked.policies) > 1 or len(asked.vkeys) > 1:
        raise click.UsageError("A BUNDLE takes of the options of a database one --key and one --policy: its log's.")
    try:
        kept = asked.kept.read_bytes() if asked.kept is not None else None
        policy = asked.policies[0].read_bytes() if asked.policies else None
        trust = Trust(asked.vkeys[0] if asked.vkeys else None, kept, policy)
        with Bar() as bar:
            verdict = verify_bundle(bundle, trust, reports="anew" if asked.reports else "as listed", progress=bar)
    except (VerificationError, OSError) as error:
        raise click.UsageError(str(error)) from error
    _write_bundle(verdict, as_json=asked.as_json)
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
        trusted.add(public_text(load_key(key_file, passphrase_at_hand()).public_key()))
    return trusted or None


def _write(verdict: Verification, *, as_json: bool) -> None:
    if not verdict.is_pinned:
        click.echo(_WARNING.format("database"), err=True)
    if as_json:
        logs = [asdict(log) | {"erased": log.erased} for log in verdict.logs]
        click.echo(json.dumps(asdict(verdict) | {"logs": logs, "holds": verdict.holds}, indent=2))
        return
    for log in verdict.logs:
        click.echo(_log_line(log))
        for erasure in log.erasures:
            click.echo(
                f"  {erasure.values} personal values were erased by order {erasure.order} of entry {erasure.entry}"
            )
    for note in verdict.notes:
        click.echo(f"note: {note}")
    for finding in verdict.findings:
        click.echo(f"  {finding}")
    click.echo("All holds." if verdict.holds else f"First that does not hold: {verdict.findings[0]}")


def _log_line(log: LogVerdict) -> str:
    parts = [f"{log.name}: {'holds' if log.holds else 'DOES NOT HOLD'}", f"{log.size} entries"]
    unsigned = log.size - log.signed_size
    parts += [f"{unsigned} of them not signed yet"] if unsigned else []
    parts += [f"{log.unopened} personal values not opened, for want of the sealing key"] if log.unopened else []
    parts += [f"{log.cosigned} cosignatures hold"] if log.cosigned else []
    parts += (
        [f"{log.cosignatures_unchecked} cosignatures not checked, for want of a policy"]
        if log.cosignatures_unchecked
        else []
    )
    return ", ".join(parts)
