"""``answerprint witness init|key|serve|cosign|check-evidence``: for a client's own staff, on a machine of theirs."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, wraps
from pathlib import Path

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from answerprint.core import clock
from audit.cli.witness_options import EXISTING, FILE, FOLDER, out_option, refusals, write
from audit.cosignature import LOG_TYPES, Cosigner, MlDsaCosigner
from audit.keys import load_key, load_mldsa_key, make_key, make_mldsa_key
from audit.note import Verifier, parse_vkey
from audit.witness.accusations import keep_evidence
from audit.witness.asgi import AsyncWitnessApp
from audit.witness.cosigning import OldSizeDiffers, Witness, trusted_logs
from audit.witness.evidence import Evidence, parse_evidence, verify_evidence
from audit.witness.limit import RateLimit
from audit.witness.server import WitnessApp
from audit.witness.store import Store, make_store
from audit.witness.submission import MAX_CHECKPOINT, Submission, parse_submission

BURST = 120
"""So many requests of one address at once: a house asks about all its logs at one turn, and the first time twice."""

_key_file = click.option("--key-file", type=FILE, required=True, help="The witness's private key, PEM, 0600.")
_mldsa_key = click.option("--mldsa-key", type=FILE, help="A private ML-DSA-44 key, to cosign with beside the first.")
_store = click.option("--store", type=FILE, required=True, help="What the witness has seen.")
_logs = click.option("--log", "vkeys", multiple=True, required=True, help="A log's verifier key; repeatable.")
_evidence = click.option("--evidence", type=FOLDER, help="Folder for evidence; else beside the store.")


@dataclass(frozen=True, slots=True)
class _Files:
    """Where a witness lies, and which logs it watches. Another process opens it anew from this."""

    store: Path
    key_file: Path
    mldsa_key: Path | None
    vkeys: tuple[str, ...]
    evidence: Path | None

    def absolute(self) -> "_Files":
        mldsa_key = self.mldsa_key.absolute() if self.mldsa_key is not None else None
        evidence = self.evidence.absolute() if self.evidence is not None else None
        return _Files(self.store.absolute(), self.key_file.absolute(), mldsa_key, self.vkeys, evidence)

    def open(self) -> Witness:
        opened = Store(self.store)
        name = parse_vkey(opened.vkey).name
        accuse = partial(_accuse, self.evidence or self.store.with_suffix(".evidence"))
        beside = MlDsaCosigner(name, load_mldsa_key(self.mldsa_key)) if self.mldsa_key is not None else None
        return Witness(_cosigner(name, load_key(self.key_file)), trusted_logs(self.vkeys), opened, accuse, beside)


def _opens_witness(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that name an existing witness, as one value ``files``."""

    @_store
    @_key_file
    @_mldsa_key
    @_logs
    @_evidence
    @wraps(command)
    def with_files(
        *,
        store: Path,
        key_file: Path,
        mldsa_key: Path | None,
        vkeys: tuple[str, ...],
        evidence: Path | None,
        **rest: object,
    ) -> None:
        command(files=_Files(store, key_file, mldsa_key, vkeys, evidence), **rest)

    return with_files


@click.command()
@_key_file
@_store
@_mldsa_key
@click.option("--name", required=True, help="The witness's name, best a URL without its scheme.")
def init(key_file: Path, store: Path, mldsa_key: Path | None, name: str) -> None:
    """Make keys and store of a new witness, once, and print its verifier keys for the house."""
    with refusals():
        key = load_key(key_file) if key_file.exists() else make_key(key_file)
        vkey = _cosigner(name, key).key.vkey
        make_store(store, vkey)
        if mldsa_key is not None and not mldsa_key.exists():
            make_mldsa_key(mldsa_key)
        _say_keys(vkey, name, mldsa_key)


@click.command()
@_key_file
@_mldsa_key
@click.option("--name", required=True, help="The witness's name.")
def key(key_file: Path, mldsa_key: Path | None, name: str) -> None:
    """Print the witness's verifier key (signature type 0x04), and that of its ML-DSA-44 key (0x06)."""
    with refusals():
        _say_keys(_cosigner(name, load_key(key_file)).key.vkey, name, mldsa_key)


@click.command()
@_opens_witness
@click.option("--host", default="127.0.0.1", show_default=True, help="0.0.0.0 for the local network.")
@click.option("--port", default=8301, show_default=True)
@click.option("--tls-cert", type=EXISTING, help="Certificate chain, PEM; houses elsewhere ask over https only.")
@click.option("--tls-key", type=EXISTING, help="The certificate's key, PEM.")
@click.option(
    "--rate",
    type=click.IntRange(0, 100_000),
    default=240,
    show_default=True,
    help="Requests a minute of one address; 0 behind a proxy that limits them.",
)
def serve(*, files: _Files, host: str, port: int, tls_cert: Path | None, tls_key: Path | None, rate: int) -> None:
    """Cosign over HTTP what extends the last checkpoint seen; everything else is refused."""
    if (tls_cert is None) != (tls_key is None):
        raise click.UsageError("--tls-cert and --tls-key go together")
    with refusals():
        opened = files.open()
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
    ).serve(target_loader=partial(_app, files.absolute(), rate), wrap_loader=False)


@click.command()
@click.argument("file", type=EXISTING)
@_opens_witness
@out_option
def cosign(*, file: Path, files: _Files, out: Path | None) -> None:
    """Cosign a checkpoint that came by mail, by the same rules and against the same store as over HTTP.

    FILE is what 'answerprint witness mail' wrote, or for the first time a checkpoint alone.
    """
    with refusals():
        opened = files.open()
        raw = file.read_bytes()[: 2 * MAX_CHECKPOINT]
        submission = parse_submission(raw) if raw.startswith(b"old ") else Submission(0, (), raw[:MAX_CHECKPOINT])
        try:
            lines = opened.cosign(submission, now=_posix())
        except OldSizeDiffers as error:
            asked = f"answerprint witness mail --old {error.size}"
            raise click.ClickException(f"A proof from {error.size} entries is due; the house runs: {asked}") from error
        write(lines.encode(), out)


@click.command()
@click.argument("file", type=EXISTING)
@click.option("--key", "vkeys", multiple=True, required=True, help="The log's verifier key; repeatable.")
def check_evidence(file: Path, vkeys: tuple[str, ...]) -> None:
    """Check a file of evidence offline. Exits 0 if the log is proved to have told two stories, else 1."""
    with refusals():
        verifiers = [Verifier.from_vkey(vkey, LOG_TYPES) for vkey in vkeys]
        click.echo(f"PROVED: {verify_evidence(parse_evidence(file.read_bytes()), verifiers)}")


def _app(files: _Files, rate: int) -> AsyncWitnessApp:
    limit = RateLimit(rate, BURST, time.monotonic) if rate else None
    return AsyncWitnessApp(WitnessApp(files.open(), _posix), limit=limit)


def _accuse(folder: Path, evidence: Evidence) -> None:
    kept = keep_evidence(folder, evidence)
    if kept is not None:
        click.echo(f"SPLIT VIEW: a log has signed two stories. The evidence is in {kept}", err=True)


def _cosigner(name: str, key: Ed25519PrivateKey) -> Cosigner:
    try:
        return Cosigner(name, key)
    except ValueError as error:
        raise click.UsageError(f"--name: {error}") from error


def _say_keys(vkey: str, name: str, mldsa_key: Path | None) -> None:
    click.echo(vkey)
    if mldsa_key is not None:
        click.echo(MlDsaCosigner(name, load_mldsa_key(mldsa_key)).key.vkey)


def _posix() -> int:
    return int(clock.now().timestamp())
