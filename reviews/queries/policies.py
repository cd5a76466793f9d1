"""Reads of the floors: what the house and a client demand of every agreement and link."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from facility.queries.projects import visible_client
from reviews.models.agreements import PolicyFloor
from reviews.rules.floors import NOTHING_DEMANDED, Demands, read_demands, stricter

HOUSE_SCOPE = "house"


@dataclass(frozen=True, slots=True)
class FloorRow:
    """The floor of the house, where ``client_id`` is ``None``, or of a client. ``version`` 0: it was never set."""

    client_id: UUID | None
    demands: Demands
    version: int


def scope_of(client_id: UUID | None) -> str:
    """Return the key of a floor: of the house's, or of a client's."""
    return HOUSE_SCOPE if client_id is None else f"client:{client_id}"


def floor_of(session: Session, client_id: UUID | None) -> FloorRow:
    """Return what the house (``None``) or a client demands by itself."""
    wanted = select(PolicyFloor.demands, PolicyFloor.version).where(PolicyFloor.scope == scope_of(client_id))
    row = session.execute(wanted).one_or_none()
    if row is None:
        return FloorRow(client_id, NOTHING_DEMANDED, 0)
    return FloorRow(client_id, read_demands(row.demands), row.version)


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """A floor with what counts in the end: of the house's and the client's demands the stricter."""

    client_id: UUID | None
    demands: Demands
    in_force: Demands
    version: int


def policy_row(session: Session, actor: Actor, client_id: UUID | None) -> PolicyRow:
    """Return the floor of the house (``None``) or of a client; raises ``UnknownClient`` for another reader's."""
    if client_id is not None:
        visible_client(session, actor, client_id)
    floor = floor_of(session, client_id)
    in_force = floor.demands if client_id is None else demands_for(session, client_id)
    return PolicyRow(client_id, floor.demands, in_force, floor.version)


def demands_for(session: Session, client_id: UUID) -> Demands:
    """Return what is demanded of all agreements and links for this client: the house's and the client's together."""
    return stricter(floor_of(session, None).demands, floor_of(session, client_id).demands)
