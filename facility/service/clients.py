"""The companies that the house works for. Each has a log of its own, whose name says nothing of theirs."""

from typing import cast
from uuid import UUID

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.db import insert_if_absent
from answerprint.core.ids import new_id
from audit.record import record
from audit.service.logs import open_log
from facility import rules
from facility.errors import ClientNameTaken
from facility.facts import ClientAdded, ClientLogOpened, ClientRenamed
from facility.models import Client
from facility.queries.projects import client_by_id


def add_client(session: Session, actor: Actor, *, name: str) -> Client:
    """Add a client and open its log; raises ``ClientNameTaken``."""
    client_id = new_id()
    values = {"id": client_id, "name": name, "log": _log_name(client_id)}
    if not insert_if_absent(session, cast("Table", Client.__table__), values):
        raise _name_taken()
    open_log(session, actor, name=_log_name(client_id))
    record(session, actor, ClientAdded(about=f"client:{client_id}", name=name))
    return client_by_id(session, client_id)


def open_missing_logs(session: Session, actor: Actor) -> None:
    """Open the logs of clients that were added before clients had logs."""
    for client in session.scalars(select(Client).where(Client.log.is_(None)).order_by(Client.id)):
        client.log = _log_name(client.id)
        open_log(session, actor, name=client.log)
        record(session, actor, ClientLogOpened(about=f"client:{client.id}", log=client.log))


def rename_client(session: Session, actor: Actor, *, client_id: UUID, version: int, name: str) -> Client:
    """Give a client another name; raises ``StaleVersion`` and ``ClientNameTaken``."""
    client = client_by_id(session, client_id)
    rules.check_version(held=version, actual=client.version)
    if client.name == name:
        return client
    if session.scalar(select(Client.id).where(Client.name == name)):
        raise _name_taken()
    fact = ClientRenamed(about=f"client:{client_id}", old_name=client.name, new_name=name)
    client.name = name
    session.flush()  # the answer carries the new version
    record(session, actor, fact)
    return client


def _log_name(client_id: UUID) -> str:
    # A client may be under embargo, and a log's name stands in every checkpoint of it.
    return f"client-{client_id.hex[-12:]}"


def _name_taken() -> ClientNameTaken:
    sentence = "Another client has this name."
    return ClientNameTaken(sentence, fields={"name": [sentence]})
