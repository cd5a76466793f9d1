"""The group ``answerprint witness``: watch a facility's logs from outside, or ask somebody who does.

``init``, ``key``, ``serve``, ``cosign`` and ``check-evidence`` are for a client's own staff, on a machine of theirs;
``submit``, ``collect`` and ``mail`` are for the house; ``check`` is for whoever holds a policy.
"""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.db import open_engine, reader
from answerprint.core.problems import NotFound
from audit import queries
from audit.cosignature import LOG_TYPES, WITNESS_TYPES, Cosigner, cosigned_at
from audit.errors import VerificationError
from audit.keys import load_key, make_key
from audit.note import Verifier, parse_vkey
from audit.policy import parse_policy, verify_witnessed
from audit.tree import consistency_proof
from audit.witness.accusations import keep_evidence
from audit.witness.asgi import AsyncWitnessApp
from audit.witness.client import (
    OnFailure,
    Prove,
    WitnessAddress,
    WitnessFailed,
    collect,
    submit,
    with_cosignatures,
)
from audit.witness.cosigning import OldSizeDiffers, Witness, trusted_logs
from audit.witness.evidence import Evidence, parse_evidence, verify_evidence
from audit.witness.server import WitnessApp
from audit.witness.store import Store, UnusableStoreError, make_store
from audit.witness.submission import MAX_CHECKPOINT, Submission, parse_submission

_FILE = click.Path(path_type=Path, dir_okay=False)
_EXISTING = click.Path(path_type=Path, dir_okay=False, exists=True)

key_file_option = click.option("--key-file", type=_FILE, required=True, help="The witness's private key, PEM, 0600.")
store_option = click.option("--store", type=_FILE, required=True, help="What the witness has seen.")
logs_option = click.option("--log", "vkeys", multiple=True, required=True, help="A log's verifier key; repeatable.")
evidence_option = click.option(
    "--evidence", type=click.Path(path_type=Path, file_okay=False), help="Folder for evidence; else beside the store."
)
database_option = click.option(
    "--database", required=True, envvar="ANSWERPRINT_DATABASE", help="SQLAlchemy address of the house's database."
)
name_option = click.option("--log", "log_name", required=True, help="The name of the log, such as 'house'.")
ca_option = click.option("--ca-file", type=_EXISTING, help="Certificate authority of the witness, PEM, if its own.")
policy_option = click.option("--policy", type=_EXISTING, required=True, help="Trust policy, C2SP tlog-policy.")
out_option = click.option("--out", type=_FILE, help="Write to this file rather than to the screen.")


@click.group()
def witness() -> None:
    """Watch a facility's logs from outside it, or ask those who do."""


@contextmanager
def _refusals() -> Iterator[None]:
    """Say what was refused in one line, and exit with 1."""
    try:
        yield
    except (VerificationError, WitnessFailed, UnusableStoreError, NotFound, OSError) as error:
        raise click.ClickException(str(error)) from error
    except SQLAlchemyError as error:
        raise click.ClickException(f"The database cannot be read: {str(error).partition(chr(10))[0]}") from error


# ------------------------------------------------------------------------------------- for the client's staff


@witness.command()
@key_file_option
@store_option
@click.option("--name", required=True, help="The witness's name, best a URL without its scheme.")
def init(key_file: Path, store: Path, name: str) -> None:
    """Make key and store of a new witness, once, and print its verifier key for the house."""
    with _refusals():
        key = load_key(key_file) if key_file.exists() else make_key(key_file)
        vkey = _cosigner(name, key).key.vkey
        make_store(store, vkey)
    click.echo(vkey)


@witness.command()
@key_file_option
@click.option("--name", required=True, help="The witness's name.")
def key(key_file: Path, name: str) -> None:
    """Print the witness's verifier key (signature type 0x04)."""
    with _refusals():
        click.echo(_cosigner(name, load_key(key_file)).key.vkey)


@witness.command()
@store_option
@key_file_option
@logs_option
@evidence_option
@click.option("--host", default="127.0.0.1", show_default=True, help="0.0.0.0 for the local network.")
@click.option("--port", default=8301, show_default=True)
@click.option("--tls-cert", type=_EXISTING, help="Certificate chain, PEM; houses elsewhere ask over https only.")
@click.option("--tls-key", type=_EXISTING, help="The certificate's key, PEM.")
def serve(
    *,
    store: Path,
    key_file: Path,
    vkeys: tuple[str, ...],
    evidence: Path | None,
    host: str,
    port: int,
    tls_cert: Path | None,
    tls_key: Path | None,
) -> None:
    """Cosign over HTTP what extends the last checkpoint seen; everything else is refused."""
    if (tls_cert is None) != (tls_key is None):
        raise click.UsageError("--tls-cert and --tls-key go together")
    with _refusals():
        opened = _witness(store, key_file, vkeys, evidence)
    click.echo(f"{opened.cosigner.key.vkey} watches {', '.join(opened.logs)} at {host}:{port}")
    Granian(
        "answerprint witness",
        address=host,
        port=port,
        interface=Interfaces.ASGINL,
        workers=1,
        websockets=False,
        http1_settings=HTTP1Settings(header_read_timeout=10_000),
        ssl_cert=tls_cert,
        ssl_key=tls_key,
        log_level=LogLevels.warning,
    ).serve(target_loader=partial(_app, store.absolute(), key_file.absolute(), vkeys, evidence), wrap_loader=False)


@witness.command()
@click.argument("file", type=_EXISTING)
@store_option
@key_file_option
@logs_option
@evidence_option
@out_option
def cosign(
    *, file: Path, store: Path, key_file: Path, vkeys: tuple[str, ...], evidence: Path | None, out: Path | None
) -> None:
    """Cosign a checkpoint that came by mail, by the same rules and against the same store as over HTTP.

    FILE is what 'answerprint witness mail' wrote, or for the first time a checkpoint alone.
    """
    with _refusals():
        opened = _witness(store, key_file, vkeys, evidence)
        raw = file.read_bytes()[: 2 * MAX_CHECKPOINT]
        submission = parse_submission(raw) if raw.startswith(b"old ") else Submission(0, (), raw[:MAX_CHECKPOINT])
        try:
            line = opened.cosign(submission, now=_posix())
        except OldSizeDiffers as error:
            asked = f"answerprint witness mail --old {error.size}"
            raise click.ClickException(f"A proof from {error.size} entries is due; the house runs: {asked}") from error
    _write(line.encode(), out)


@witness.command()
@click.argument("file", type=_EXISTING)
@click.option("--key", "vkeys", multiple=True, required=True, help="The log's verifier key; repeatable.")
def check_evidence(file: Path, vkeys: tuple[str, ...]) -> None:
    """Check a file of evidence offline. Exits 0 if the log is proved to have told two stories, else 1."""
    with _refusals():
        verifiers = [Verifier.from_vkey(vkey, LOG_TYPES) for vkey in vkeys]
        click.echo(f"PROVED: {verify_evidence(parse_evidence(file.read_bytes()), verifiers)}")


def _app(store: Path, key_file: Path, vkeys: tuple[str, ...], evidence: Path | None) -> AsyncWitnessApp:
    return AsyncWitnessApp(WitnessApp(_witness(store, key_file, vkeys, evidence), _posix))


def _witness(store: Path, key_file: Path, vkeys: tuple[str, ...], evidence: Path | None) -> Witness:
    opened = Store(store)
    cosigner = _cosigner(parse_vkey(opened.vkey).name, load_key(key_file))
    return Witness(cosigner, trusted_logs(vkeys), opened, partial(_accuse, evidence or store.with_suffix(".evidence")))


def _accuse(folder: Path, evidence: Evidence) -> None:
    kept = keep_evidence(folder, evidence)
    if kept is not None:
        click.echo(f"SPLIT VIEW: a log has signed two stories. The evidence is in {kept}", err=True)


def _cosigner(name: str, key: Ed25519PrivateKey) -> Cosigner:
    try:
        return Cosigner(name, key)
    except ValueError as error:
        raise click.UsageError(f"--name: {error}") from error


def _posix() -> int:
    return int(clock.now().timestamp())


# ------------------------------------------------------------------------------------------------ for the house


@witness.command("submit")
@click.option("--url", required=True, help="The witness's submission prefix; https, or http on this machine.")
@click.option("--witness", "vkey", required=True, help="The witness's verifier key.")
@database_option
@name_option
@ca_option
@out_option
def submit_newest(*, url: str, vkey: str, database: str, log_name: str, ca_file: Path | None, out: Path | None) -> None:
    """Send a log's newest checkpoint to a witness, and write the note with the cosignature added."""
    with _refusals(), _newest(database, log_name) as (raw, size, prove):
        try:
            address = WitnessAddress(url, Verifier.from_vkey(vkey, WITNESS_TYPES), tls=_tls(ca_file))
        except ValueError as error:
            raise click.UsageError(f"--url: {error}") from error
        cosignature = submit(raw, address, prove)
        _write(with_cosignatures(raw, [cosignature]), out)
    click.echo(f"{cosignature.name} cosigned {size} entries at {cosigned_at(cosignature)}", err=True)


@witness.command("collect")
@policy_option
@database_option
@name_option
@ca_option
@click.option("--fail", type=click.Choice([one.value for one in OnFailure]), default="closed", show_default=True)
@out_option
def collect_newest(
    *, policy: Path, database: str, log_name: str, ca_file: Path | None, fail: str, out: Path | None
) -> None:
    """Send a log's newest checkpoint to all witnesses of a policy, and write the note with their cosignatures."""
    with _refusals(), _newest(database, log_name) as (raw, _, prove):
        collected = collect(raw, parse_policy(policy.read_bytes()), prove, OnFailure(fail), tls=_tls(ca_file))
        _write(collected.note, out)
    for answer in collected.answers:
        click.echo(f"{answer.witness}: {answer.failure or 'cosigned'}", err=True)


@witness.command()
@click.argument("file", type=_EXISTING)
@policy_option
def check(file: Path, policy: Path) -> None:
    """Check a cosigned checkpoint against a policy, offline. Exits 0 if log and quorum have signed, else 1."""
    with _refusals():
        checkpoint = verify_witnessed(parse_policy(policy.read_bytes()), file.read_bytes())
    click.echo(f"{checkpoint.origin}: {checkpoint.size} entries, signed by the log and by the policy's quorum")


@witness.command()
@database_option
@name_option
@click.option("--old", default=0, show_default=True, help="The size that the witness cosigned last.")
@out_option
def mail(*, database: str, log_name: str, old: int, out: Path | None) -> None:
    """Write a log's newest checkpoint with its proof, to be sent to a witness that is not on the network."""
    with _refusals(), _newest(database, log_name) as (raw, size, prove):
        if not 0 <= old <= size:
            raise click.UsageError(f"--old: the newest checkpoint has {size} entries")
        _write(Submission(old, tuple(prove(old)), raw).encode(), out)


@contextmanager
def _newest(database: str, log_name: str) -> Iterator[tuple[bytes, int, Prove]]:
    """Give a log's newest checkpoint, its size, and who proves that it extends an older one."""
    engine = open_engine(database)
    try:
        with reader(engine).connect() as connection, Session(connection) as session:
            log = queries.log_named(session, log_name)
            stored = queries.newest_checkpoint(session, log)
            if stored is None:
                raise NotFound(f"The log {log_name} has no signed checkpoint yet.")
            size = stored.size
            yield stored.note, size, lambda old: consistency_proof(old, size, queries.tile_reader(session, log, size))
    finally:
        engine.dispose()


def _tls(ca_file: Path | None) -> ssl.SSLContext | None:
    return ssl.create_default_context(cafile=ca_file) if ca_file is not None else None


def _write(raw: bytes, out: Path | None) -> None:
    if out is None:
        click.echo(raw, nl=False)
    else:
        out.write_bytes(raw)
