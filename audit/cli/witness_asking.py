"""``answerprint witness submit|collect|mail|check``: for the house, and for whoever holds a policy."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from answerprint.core.db import Database
from answerprint.core.problems import NotFound
from audit.cli.database import address_of, home
from audit.cli.witness_options import EXISTING, FOLDER, out_option, policy_option, refusals, tls, write
from audit.cosignature import LOG_TYPES, WITNESS_TYPES, cosigned_at
from audit.note import Verifier
from audit.policies import OnFailure
from audit.policy import parse_policy, verify_witnessed
from audit.queries import keys, logs
from audit.queries.submissions import prover
from audit.service.split_views import find_split_views
from audit.witness.client import Prove, WitnessDisagrees, collect, newest_seen, submit, with_cosignatures
from audit.witness.exchange import WitnessAddress
from audit.witness.submission import Submission

_database = click.option("--database", "url", help="SQLAlchemy address; otherwise the one of this house's settings.")
_log_name = click.option("--log", "log_name", required=True, help="The name of the log, such as 'house'.")
_ca_file = click.option("--ca-file", type=EXISTING, help="Certificate authority of the witness, PEM, if its own.")
_evidence = click.option("--evidence", type=FOLDER, help="Folder for evidence; else 'evidence' at home.")


@dataclass(frozen=True, slots=True)
class _Newest:
    """A log's newest checkpoint, the keys that may have signed for the log, and who proves that it extends another."""

    database: Database
    log_name: str
    origin: str
    raw: bytes
    size: int
    verifiers: tuple[Verifier, ...]
    prove: Prove


@click.command("submit")
@click.option(
    "--url", "witness_url", required=True, help="The witness's submission prefix; https, or http on this machine."
)
@click.option("--witness", "vkey", required=True, help="The witness's verifier key.")
@_database
@_log_name
@_ca_file
@_evidence
@out_option
def submit_newest(
    *,
    witness_url: str,
    vkey: str,
    url: str | None,
    log_name: str,
    ca_file: Path | None,
    evidence: Path | None,
    out: Path | None,
) -> None:
    """Send a log's newest checkpoint to a witness, and write the note with the cosignature added."""
    with refusals(), _newest(url, log_name) as newest:
        try:
            address = WitnessAddress(witness_url, Verifier.from_vkey(vkey, WITNESS_TYPES), tls=tls(ca_file))
        except ValueError as error:
            raise click.UsageError(f"--url: {error}") from error
        try:
            cosignature = submit(newest.raw, address, newest.prove)
        except WitnessDisagrees:
            shown = newest_seen(address, newest.origin, newest.verifiers)
            _refuse_split_views(newest, {address.verifier.key.name: shown} if shown else {}, evidence)
            raise
        write(with_cosignatures(newest.raw, [cosignature]), out)
    click.echo(f"{cosignature.name} cosigned {newest.size} entries at {cosigned_at(cosignature)}", err=True)


@click.command("collect")
@policy_option
@_database
@_log_name
@_ca_file
@_evidence
@click.option("--fail", type=click.Choice([one.value for one in OnFailure]), default="closed", show_default=True)
@out_option
def collect_newest(
    *,
    policy: Path,
    url: str | None,
    log_name: str,
    ca_file: Path | None,
    evidence: Path | None,
    fail: str,
    out: Path | None,
) -> None:
    """Send a log's newest checkpoint to all witnesses of a policy, and write the note with their cosignatures."""
    with refusals(), _newest(url, log_name) as newest:
        collected = collect(newest.raw, parse_policy(policy.read_bytes()), newest.prove, tls=tls(ca_file))
        for answer in collected.answers:
            click.echo(f"{answer.witness}: {answer.failure or 'cosigned'}", err=True)
        _refuse_split_views(newest, {one.witness: one.shown for one in collected.answers if one.shown}, evidence)
        if OnFailure(fail) is OnFailure.CLOSED:
            collected.require_quorum()
        write(collected.note, out)


@click.command()
@click.argument("file", type=EXISTING)
@policy_option
def check(file: Path, policy: Path) -> None:
    """Check a cosigned checkpoint against a policy, offline. Exits 0 if log and quorum have signed, else 1."""
    with refusals():
        checkpoint = verify_witnessed(parse_policy(policy.read_bytes()), file.read_bytes())
    click.echo(f"{checkpoint.origin}: {checkpoint.size} entries, signed by the log and by the policy's quorum")


@click.command()
@_database
@_log_name
@click.option("--old", default=0, show_default=True, help="The size that the witness cosigned last.")
@out_option
def mail(*, url: str | None, log_name: str, old: int, out: Path | None) -> None:
    """Write a log's newest checkpoint with its proof, to be sent to a witness that is not on the network."""
    with refusals(), _newest(url, log_name) as newest:
        if not 0 <= old <= newest.size:
            raise click.UsageError(f"--old: the newest checkpoint has {newest.size} entries")
        write(Submission(old, tuple(newest.prove(old)), newest.raw).encode(), out)


@contextmanager
def _newest(url: str | None, log_name: str) -> Iterator[_Newest]:
    database = Database(address_of(url))
    try:
        with database.reading() as session:
            log = logs.log_named(session, log_name)
            stored = logs.newest_checkpoint(session, log)
            vkeys = dict.fromkeys((keys.opening_vkey(log), keys.signing_vkey(session, log)))
        if stored is None:
            raise NotFound(f"The log {log_name} has no signed checkpoint yet.")
        verifiers = tuple(Verifier.from_vkey(vkey, LOG_TYPES) for vkey in vkeys)
        prove = prover(database, log, stored.size)
        yield _Newest(database, log_name, log.origin, stored.note, stored.size, verifiers, prove)
    finally:
        database.close()


def _refuse_split_views(newest: _Newest, shown: Mapping[str, bytes], evidence: Path | None) -> None:
    """Keep and record what witnesses show against the log, and end with it: nothing is written out after that."""
    folder = evidence or home() / "evidence"
    found = find_split_views(newest.database, log_name=newest.log_name, shown=shown, evidence=folder)
    if not found:
        return
    told = [
        f"{witness} has a checkpoint of {one.shown.size} entries ({one.proof}), and here are {one.held}"
        for witness, one in found.items()
    ]
    raise click.ClickException(f"SPLIT VIEW: {'; '.join(told)}. What was signed is kept in {folder}.")
