"""What is live under a floor: agreements that were sent or hold, and links, that ask less than the policy does now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from facility.models import Project
from reviews.models.agreements import Agreement, AgreementVersion
from reviews.queries.live_links import live_links_for
from reviews.queries.policies import demands_for
from reviews.rules.documents import read_terms
from reviews.rules.floors import Demands, below
from reviews.rules.links_allowed import breaks_demands


@dataclass(frozen=True, slots=True)
class BelowFloorRow:
    """Something that goes under the policy: an ``agreement`` or a ``link``. ``reasons`` say by field where and why."""

    kind: str
    id: UUID
    """The version's, or the link's."""
    project_id: UUID
    reasons: dict[str, list[str]]


def below_floor(session: Session, client_id: UUID | None, *, now: datetime) -> Sequence[BelowFloorRow]:
    """Return all live agreements and links of a client's, or of all (``None``), that go under the policy of today."""
    demands = _Demanded(session)
    return [*_agreements(session, client_id, demands), *_links(session, client_id, demands, now=now)]


class _Demanded:
    """The demands of each project's client, each read once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._clients: dict[UUID, UUID] = {}
        self._demands: dict[UUID, Demands] = {}

    def of_project(self, project_id: UUID) -> Demands:
        """Return what is demanded of a project."""
        if project_id not in self._clients:
            wanted = select(Project.client_id).where(Project.id == project_id)
            self._clients[project_id] = self._session.scalars(wanted).one()
        client_id = self._clients[project_id]
        if client_id not in self._demands:
            self._demands[client_id] = demands_for(self._session, client_id)
        return self._demands[client_id]


def _agreements(session: Session, client_id: UUID | None, demands: _Demanded) -> list[BelowFloorRow]:
    wanted = (
        select(AgreementVersion.id, AgreementVersion.terms, Agreement.project_id)
        .join(Agreement, Agreement.id == AgreementVersion.agreement_id)
        .where(AgreementVersion.state.in_(["sent", "accepted"]))
        .order_by(AgreementVersion.id.desc())
    )
    if client_id is not None:
        wanted = wanted.where(Agreement.project_id.in_(select(Project.id).where(Project.client_id == client_id)))
    found = []
    for row in session.execute(wanted):
        fields = below(read_terms(row.terms), demands.of_project(row.project_id))
        if fields:
            found.append(BelowFloorRow("agreement", row.id, row.project_id, fields))
    return found


def _links(session: Session, client_id: UUID | None, demands: _Demanded, *, now: datetime) -> list[BelowFloorRow]:
    found = []
    for link in live_links_for(session, client_id, now=now):
        broken = breaks_demands(link.allows, demands.of_project(link.project_id))
        if broken:
            fields = {name: [sentence] for name, sentence in broken.items()}
            found.append(BelowFloorRow("link", link.id, link.project_id, fields))
    return found
