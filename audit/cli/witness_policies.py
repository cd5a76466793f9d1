"""``answerprint witness policy check``: what is in force, said before a day on which it matters."""

import os
from datetime import datetime
from pathlib import Path

import click
from sqlalchemy import select

from answerprint.core import clock
from answerprint.core.db import Database
from answerprint.core.types import isoformat
from audit.cli.database import address_of, home
from audit.cli.witness_options import FOLDER, refusals
from audit.models import Log
from audit.policies import Policies, PolicyInForce, policies_in
from audit.queries.keys import signing_vkey


@click.group("policy")
def policy_group() -> None:
    """Policies of this house: which witnesses each log has, and how many must agree."""


@policy_group.command("check")
@click.option("--policies", "folder", type=FOLDER, help="Folder of policies; otherwise that of the settings.")
@click.option("--database", "url", help="SQLAlchemy address; otherwise the one of this house's settings.")
def check_policies(folder: Path | None, url: str | None) -> None:
    """Read all policies and say what is in force for each log. Exits 1 where one cannot be used or fits no log."""
    with refusals():
        policies = policies_in(folder or Path(os.environ.get("ANSWERPRINT_POLICIES") or home() / "policies"))
        vkeys = _signing_keys(url)
    now = clock.now()
    faults = [fault for log in policies.logs for fault in _faults(policies.policy_for(log, now), log, vkeys)]
    for log in sorted({*vkeys, *policies.logs}):
        for line in _lines(policies, log, now):
            click.echo(line)
    if faults:
        raise click.ClickException(" ".join(faults))


def _signing_keys(url: str | None) -> dict[str, str]:
    """Return the key that signs each log now."""
    database = Database(address_of(url))
    try:
        with database.reading() as session:
            return {log.name: signing_vkey(session, log) for log in session.scalars(select(Log).order_by(Log.name))}
    finally:
        database.close()


def _faults(policy: PolicyInForce | None, log: str, vkeys: dict[str, str]) -> list[str]:
    if log not in vkeys:
        return [f"There is no log named {log}."]
    if policy is not None and vkeys[log] not in {one.verifier.key.vkey for one in policy.policy.logs}:
        return [f"The policy of {log} does not name the key that signs it now: log {vkeys[log]}"]
    return []


def _lines(policies: Policies, log: str, now: datetime) -> list[str]:
    policy = policies.policy_for(log, now)
    if policy is None:
        return [f"{log}: no policy is in force, no witness is asked"]
    until = f" until {isoformat(policy.valid_until)}" if policy.valid_until is not None else ""
    first = f"{log}: fails {policy.on_failure.value}, from {isoformat(policy.valid_from)}{until}"
    witnesses = [
        f"  witness {_printable(one.name)}: {_printable(one.url or 'no address, so by mail only')}"
        for one in policy.policy.witnesses
    ]
    return [first, *witnesses, f"  quorum {_printable(policy.policy.quorum)}, SHA-256 {policy.sha256}"]


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in text)
