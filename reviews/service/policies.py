"""The floors under all agreements and links: raised and lowered by who may, with what was demanded before."""

from dataclasses import fields
from typing import cast
from uuid import UUID

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.db import insert_if_absent
from answerprint.core.problems import StaleVersion
from audit.record import HOUSE, record
from facility.public import client_log
from facility.queries.projects import visible_client
from reviews.facts.agreements import Change, PolicyChanged
from reviews.models.agreements import PolicyFloor
from reviews.queries.policies import HOUSE_SCOPE, FloorRow, scope_of
from reviews.rules.bounds import check_demands
from reviews.rules.floors import NOTHING_DEMANDED, Demands, lowered, read_demands, write_demands


def set_floor(session: Session, actor: Actor, *, client_id: UUID | None, demands: Demands, version: int) -> FloorRow:
    """Set what the house (``None``) or a client demands; ``version`` is the one that was read, 0 where none was set.

    Raises ``StaleVersion``, ``UnknownClient``, or ``BadTerms`` naming the demand at fault. What is live under a raised
    floor stays as it is: ``queries.below_floor`` lists it.
    """
    if client_id is not None:
        visible_client(session, actor, client_id)
    check_demands(demands)
    floor = session.scalars(select(PolicyFloor).filter_by(scope=scope_of(client_id)).with_for_update()).one_or_none()
    if version != (0 if floor is None else floor.version):
        raise _stale()
    old = NOTHING_DEMANDED if floor is None else read_demands(floor.demands)
    if floor is None:
        _insert(session, client_id, demands)
    elif old == demands:
        return FloorRow(client_id, demands, version)
    else:
        floor.demands = write_demands(demands)
        session.flush()
    fact = PolicyChanged(
        about=f"policy:{client_id or HOUSE_SCOPE}",
        client=client_id,
        old=_values(old),
        new=_values(demands),
        lowered=list(lowered(old, demands)),
    )
    record(session, actor, fact, log=HOUSE if client_id is None else client_log(session, client_id))
    return FloorRow(client_id, demands, version + 1)


def _insert(session: Session, client_id: UUID | None, demands: Demands) -> None:
    written = write_demands(demands)
    values = {"scope": scope_of(client_id), "client_id": client_id, "demands": written, "version": 1}
    if not insert_if_absent(session, cast("Table", PolicyFloor.__table__), values):
        raise _stale()


def _values(demands: Demands) -> Change:
    return {one.name: getattr(demands, one.name) for one in fields(demands)}


def _stale() -> StaleVersion:
    return StaleVersion("This policy was changed meanwhile. Read it again, and repeat what you did.")
