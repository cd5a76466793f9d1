"""Licence servers: the machines that captures come from."""

from dataclasses import asdict, replace
from uuid import UUID

from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from audit.record import record
from licensing.facts.catalogue import ServerAdded, ServerChanged
from licensing.models.catalogue import LicenceServer
from licensing.queries.catalogue import find_to_change
from licensing.queries.unique import one_of_a_kind
from licensing.rules.changes import changes_between
from licensing.rules.servers import ServerChanges, ServerEntry, check_server

NAME_TAKEN = "Another licence server bears this name."


def add_server(session: Session, actor: Actor, *, entry: ServerEntry) -> LicenceServer:
    """Add a licence server; raises ``BadServer``, or ``AlreadyThere`` naming ``name``."""
    check_server(entry)
    server = LicenceServer(**asdict(entry))
    with one_of_a_kind("name", NAME_TAKEN):
        session.add(server)
        session.flush()
    fact = ServerAdded(
        about=f"server:{server.id}",
        name=entry.name,
        server_kind=entry.kind,
        host=entry.host,
        zone=entry.zone,
        stale_after_seconds=entry.stale_after_seconds,
    )
    record(session, actor, fact)
    return server


def change_server(
    session: Session, actor: Actor, *, server_id: UUID, changes: ServerChanges, version: int
) -> LicenceServer:
    """Change what is written of a licence server; raises ``BadServer``, or ``AlreadyThere`` naming ``name``."""
    server = find_to_change(session, LicenceServer, server_id, version=version)
    check_server(replace(_entry_of(server), **changes))
    made = changes_between(server, changes)
    if not made:
        return server
    with one_of_a_kind("name", NAME_TAKEN):
        for name, change in made.items():
            setattr(server, name, change["new"])
        session.flush()
    record(session, actor, ServerChanged(about=f"server:{server.id}", changes=made))
    return server


def _entry_of(server: LicenceServer) -> ServerEntry:
    return ServerEntry(
        name=server.name,
        kind=server.kind,
        zone=server.zone,
        host=server.host,
        stale_after_seconds=server.stale_after_seconds,
    )
