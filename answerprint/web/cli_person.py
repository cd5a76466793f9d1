"""Who sits at the command line: what two people decide is decided by people, who sign in here as at the page."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import click

from answerprint.core import clock
from answerprint.core.actor import Actor, stranger
from answerprint.core.db import Database
from answerprint.core.permissions import Permission
from answerprint.core.problems import NotAllowed
from answerprint.core.sealing import UnusableSealError, load_seal
from answerprint.web.settings import read_settings
from facility.errors import SignInHeldOff, SignInWrong
from facility.passwords import check_password
from facility.queries.access import held_off_until, signed_in
from facility.service.sign_in import SignInRefused, sign_in, sign_out

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Seat:
    """A command at work: the database, and who sits before it."""

    database: Database
    actor: Actor


def signing_in(command: Command) -> Command:
    """Give a command the options by which somebody says who they are; without them it asks."""
    mail = click.option("--mail", help="Your mail address; asked for where it is left out.")
    stdin = click.option(
        "--password-stdin", is_flag=True, help="Read your password from the first line of the input, for scripts."
    )
    return stdin(mail(command))


@contextmanager
def seat(mail: str | None, password_source: str, permission: Permission) -> Iterator[Seat]:
    """Open this house's database for whoever signs in and holds ``permission``.

    Raises ``SignInWrong``, ``SignInHeldOff`` and ``NotAllowed``; wrong ones count and are recorded as at the page.
    """
    settings = read_settings()
    try:
        database = Database(settings.database, seal=load_seal(settings.seal_file))
    except UnusableSealError as error:
        raise click.ClickException(str(error)) from error
    try:
        who = mail or click.prompt("Mail address", err=True)
        actor = _sign_in(database, who, _password(password_source), clock.now())
        if not actor.may(permission):
            raise NotAllowed(f"This needs the right {permission.value}, which you do not have.")
        yield Seat(database, actor)
    finally:
        database.close()


def _password(source: str) -> str:
    if source == "stdin":
        return sys.stdin.readline().rstrip("\n")
    return str(click.prompt("Password", hide_input=True, err=True))


def _sign_in(database: Database, mail: str, password: str, now: datetime) -> Actor:
    with database.reading() as session:
        if held_off_until(session, mail, now=now, address=None) is not None:
            raise SignInHeldOff("Too many sign-ins failed. Wait 15 minutes, then try again.")
        check = check_password(session, mail, password)
    with database.transaction() as session:
        outcome = sign_in(session, stranger(None), check=check, now=now)
    if isinstance(outcome, SignInRefused):
        raise SignInWrong("Mail address and password do not fit together.")
    with database.reading() as session:
        person = signed_in(session, outcome.secret, now=now, address=None)
    if person is None:
        raise SignInWrong("Mail address and password do not fit together.")
    # The session was opened for this one command: nobody finds it open.
    with database.transaction() as session:
        sign_out(session, person.actor, secret=outcome.secret, now=now)
    return person.actor
