"""``answerprint audit erase``, ``prune``, ``hold`` and ``retention``: what people decide about the trail's ends.

They live here and not in the trail's own room, since the trail knows no people.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from functools import wraps
from typing import Any
from uuid import UUID

import click

from answerprint.core import clock
from answerprint.core.db import Database
from answerprint.core.permissions import Permission
from answerprint.core.residue import scour
from answerprint.web.cli_person import Seat, seat, signing_in
from answerprint.web.erasure import carry_out_erasure
from answerprint.web.settings import read_settings
from audit.models import Order
from audit.queries.logs import log_named
from audit.queries.orders import list_holds, order_row, prunable, retention_of
from audit.queries.subjects import Scope, scope_of, subject_of
from audit.service.erasures import ask_erasure
from audit.service.holds import lift_hold, set_hold
from audit.service.orders import refuse_order, withdraw_order
from audit.service.prunings import ask_pruning, carry_out_pruning
from audit.service.retention import set_retention

_ERASES = "It cannot be undone: the key is destroyed, and nobody can read these values again, not even here."
_PRUNES = "It cannot be undone: the entries go, and only their hashes stay."


@dataclass(frozen=True, slots=True)
class _Choice:
    """What is to be done about an order, and by whom."""

    ground: str
    approve: UUID | None
    refuse: UUID | None
    withdraw: UUID | None
    reason: str
    yes: bool
    mail: str | None
    password_stdin: bool


def _deciding(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options by which an order is decided, as its ``choice``."""

    @wraps(command)
    def run(**asked: Any) -> None:
        choice = _Choice(**{one.name: asked.pop(one.name) for one in fields(_Choice)})
        command(**asked, choice=choice)

    for option in (
        click.option("--yes", is_flag=True, help="Do not ask once more before it is done."),
        click.option("--reason", default="", help="Why the order is refused; it stands on the log for ever."),
        click.option("--withdraw", type=click.UUID, help="Take this order of yours back."),
        click.option("--refuse", type=click.UUID, help="Refuse this order of somebody else's."),
        click.option("--approve", type=click.UUID, help="Carry out this order of somebody else's."),
        click.option("--ground", default="", help="Why; it stands on the log for ever, so it names nobody."),
    ):
        run = option(run)
    return signing_in(run)


@contextmanager
def _at_order(choice: _Choice, names: str, asked: str | None) -> Iterator[Seat]:
    """Open the house for whoever decides; raises a usage error unless they chose one of ``names``."""
    _require_one(f"{names}, --approve, --refuse or --withdraw", asked, choice.approve, choice.refuse, choice.withdraw)
    with seat(choice.mail, _source(from_stdin=choice.password_stdin), Permission.AUDIT_ERASE) as at:
        yield at


@click.command()
@click.option("--subject", help="Whose values: person:<id>, contact:<id>, a mail address, or a text as recorded.")
@_deciding
def erase(subject: str | None, choice: _Choice) -> None:
    """Order that somebody's personal values be erased, or decide such an order of somebody else's."""
    with _at_order(choice, "--subject", subject) as at:
        if subject is not None:
            _ask_erasure(at, subject, choice.ground)
        elif choice.approve is not None:
            _carry_out_erasure(at, choice.approve, asks=not choice.yes)
        else:
            _decide_against(at, choice)


@click.command()
@click.option("--log", "log_name", help="The log to prune.")
@click.option("--below", type=int, help="The first entry to keep: a multiple of 256. Left out: say how far it may go.")
@_deciding
def prune(log_name: str | None, below: int | None, choice: _Choice) -> None:
    """Order that the oldest entries of a log be pruned, or decide such an order of somebody else's."""
    with _at_order(choice, "--log", log_name) as at:
        if log_name is not None:
            _ask_pruning(at, log_name, below, choice.ground)
        elif choice.approve is not None:
            _carry_out_pruning(at, choice.approve, asks=not choice.yes)
        else:
            _decide_against(at, choice)


@click.command()
@click.option("--subject", help="Whom to hold: person:<id>, contact:<id>, a mail address, or a text as recorded.")
@click.option("--log", "log_name", help="The log to hold.")
@click.option("--reason", default="", help="Why; it stands on the log for ever, so it names nobody.")
@click.option("--lift", type=click.UUID, help="Lift this hold.")
@signing_in
def hold(
    subject: str | None, log_name: str | None, reason: str, lift: UUID | None, mail: str | None, *, password_stdin: bool
) -> None:
    """Hold a subject or a log, so that no order touches it; or lift a hold. Without either, list the holds."""
    with seat(mail, _source(from_stdin=password_stdin), Permission.AUDIT_ERASE) as at:
        if lift is not None:
            with at.database.transaction() as session:
                lift_hold(session, at.actor, hold_id=lift, now=clock.now())
            click.echo(f"Hold {lift} is lifted.")
        elif subject is not None or log_name is not None:
            with at.database.transaction() as session:
                whom = subject_of(session, subject) if subject is not None else None
                made = set_hold(session, at.actor, subject=whom, log_name=log_name, reason=reason, now=clock.now())
            click.echo(f"Hold {made.id} is set.")
        else:
            _list_holds(at)


@click.command()
@click.option("--log", "log_name", required=True, help="The log.")
@click.option("--days", type=int, help="How many days its entries are kept at least. Left out: say how many it is.")
@signing_in
def retention(log_name: str, days: int | None, mail: str | None, *, password_stdin: bool) -> None:
    """Say or choose how long the entries of a log are kept at least."""
    with seat(mail, _source(from_stdin=password_stdin), Permission.AUDIT_ERASE) as at:
        with at.database.reading() as session:
            held = retention_of(session, log_named(session, log_name))
        if days is not None:
            with at.database.transaction() as session:
                held = set_retention(session, at.actor, log_name=log_name, days=days, version=held.version)
        click.echo(f"{log_name}: entries are kept for {held.days} days at least.")


@click.command("scour")
def scour_files() -> None:
    """Write an embedded database's files anew, so that no old page holds what was erased. An erasure does it itself."""
    database = Database(read_settings().database)
    is_done = scour(database)
    database.close()
    if not is_done:
        raise click.ClickException("Somebody reads an old state of the database. Stop the server, then repeat this.")
    click.echo("Nothing of what was erased is left in the files.")


def _source(*, from_stdin: bool) -> str:
    return "stdin" if from_stdin else "prompt"


def _require_one(choices: str, *chosen: object) -> None:
    if sum(one is not None for one in chosen) != 1:
        raise click.UsageError(f"Give exactly one of {choices}.")


def _ask_erasure(at: Seat, typed: str, ground: str) -> None:
    with at.database.transaction() as session:
        subject = subject_of(session, typed)
        order = ask_erasure(session, at.actor, subject=subject, ground=ground, now=clock.now())
        scope = scope_of(session, subject)
    _say_scope(scope)
    _say_waits(order, "erase")


def _carry_out_erasure(at: Seat, order_id: UUID, *, asks: bool) -> None:
    with at.database.reading() as session:
        subject = order_row(session, order_id).subject
        if subject is not None:
            _say_scope(scope_of(session, subject))
    if asks:
        click.confirm(f"{_ERASES} Erase?", abort=True, err=True)
    with at.database.transaction() as session:
        erased = carry_out_erasure(session, at.actor, order_id=order_id, now=clock.now())
    click.echo(f"Erased {erased.values} values in {erased.entries} entries of {erased.logs} logs.")
    if not scour(at.database):
        click.echo(
            "Old pages of the database file may still hold them: somebody reads an old state. Stop the server and run"
            " 'answerprint audit scour'.",
            err=True,
        )


def _ask_pruning(at: Seat, log_name: str, below: int | None, ground: str) -> None:
    if below is None:
        with at.database.reading() as session:
            most = prunable(session, log_named(session, log_name), now=clock.now()).most
        click.echo(f"{log_name}: may be pruned below {most}." if most else f"{log_name}: nothing may be pruned yet.")
        return
    with at.database.transaction() as session:
        order = ask_pruning(session, at.actor, log_name=log_name, minimum=below, ground=ground, now=clock.now())
    _say_waits(order, "prune")


def _carry_out_pruning(at: Seat, order_id: UUID, *, asks: bool) -> None:
    with at.database.reading() as session:
        order = order_row(session, order_id)
    click.echo(f"{order.log}: entries below {order.minimum}")
    if asks:
        click.confirm(f"{_PRUNES} Prune?", abort=True, err=True)
    with at.database.transaction() as session:
        gone = carry_out_pruning(session, at.actor, order_id=order_id, now=clock.now())
    click.echo(f"Pruned {gone} entries.")


def _decide_against(at: Seat, choice: _Choice) -> None:
    with at.database.transaction() as session:
        if choice.refuse is not None:
            refuse_order(session, at.actor, order_id=choice.refuse, reason=choice.reason, now=clock.now())
        elif choice.withdraw is not None:
            withdraw_order(session, at.actor, order_id=choice.withdraw, now=clock.now())
    decided, end = choice.refuse or choice.withdraw, "refused" if choice.refuse else "withdrawn"
    click.echo(f"Order {decided} is {end}; nothing was changed.")


def _say_scope(scope: Scope) -> None:
    texts = len(scope.subjects) - 1
    if texts:
        click.echo(f"{scope.subject}, and {texts} texts that are names or mail addresses of this person")
    for one in scope.logs:
        click.echo(f"  {one.log}: {one.values} values in {one.entries} entries")


def _say_waits(order: Order, command: str) -> None:
    click.echo(
        f"Order {order.id} waits. Somebody else carries it out: answerprint audit {command} --approve {order.id}"
    )


def _list_holds(at: Seat) -> None:
    with at.database.reading() as session:
        rows = list_holds(session)
    for row in rows:
        state = "lifted" if row.lifted_at is not None else "holds"
        click.echo(f"{row.id}  {state}  {row.log or row.subject or 'an erased text'}  {row.reason}")
    if not rows:
        click.echo("There are no holds.")
