"""Read what is to be reviewed: features that count for no product, and what of the lots is to be looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, func, select, tuple_
from sqlalchemy.orm import Session

from answerprint.core.paging import Page, PageRequest, cut
from licensing.errors import NoSuchRecord, naming
from licensing.models.catalogue import Feature, LicenceServer, Lot, Product
from licensing.models.entitlements import AssigneeKind, Assignment, FeatureCandidate, MatchRefusal
from licensing.queries.board import seats_board
from licensing.queries.catalogue import FIRST
from licensing.queries.contracts import lot_terms
from licensing.rules.matching import Clue, Clues, Evidence, Match
from licensing.rules.review import ProductInUse, ReviewFinding, findings_of, unknown_feature

_UNKNOWN_SHOWN = 100


@dataclass(frozen=True, slots=True)
class FeatureToReview:
    """A feature that counts for no product, and which it may be.

    ``lots`` of the proposed product cover the day; ``lot_id`` is the lot where it is the only one.
    """

    server_id: UUID
    server: str
    name: str
    first_seen_at: datetime
    last_seen_at: datetime
    product_id: UUID | None
    product: str
    evidence: str
    choices: tuple[UUID, ...]
    lots: int
    lot_id: UUID | None


def features_to_review(session: Session, page: PageRequest = FIRST, *, on: date) -> Page[FeatureToReview]:
    """List the features that count for no product, by server and name. The cursor is ``(server, name)``."""
    statement = _unmapped().order_by(LicenceServer.name, FeatureCandidate.name).limit(page.limit + 1)
    if page.after is not None:
        place = tuple_(LicenceServer.name, FeatureCandidate.name)
        statement = statement.where(place > tuple_(*(str(part) for part in page.after)))
    rows = session.execute(statement).all()
    clues = _clues(session)
    matched = [(row, clues.match(row.name)) for row in rows]
    names = {row.id: row.name for row in session.execute(select(Product.id, Product.name))}
    lots = _lots_on(session, {match.proposal for _, match in matched if match.proposal is not None}, on)
    shown = [_to_review(row, match, names, lots) for row, match in matched]
    return cut(shown, page, key=lambda one: (one.server, one.name))


def review_findings(session: Session, *, on: date, now: datetime) -> list[ReviewFinding]:
    """Return what of the entitlements is to be looked at: unknown features, lots that are over, uncounted ones."""
    unknown = session.execute(_unmapped().order_by(LicenceServer.name, FeatureCandidate.name).limit(_UNKNOWN_SHOWN))
    found = [unknown_feature(row.name, row.server) for row in unknown]
    board = seats_board(session, on=on, now=now)
    lots = lot_terms(session, [row.product_id for row in board])
    assigned = _assigned(session, on)
    for row in board:
        product = ProductInUse(
            product_id=row.product_id,
            name=row.product,
            lots=lots[row.product_id],
            checked_out=row.checked_out,
            seen_in_use=row.seen_in_use,
            assigned=assigned.get(row.product_id, {}),
        )
        found += findings_of(product, on)
    return found


def find_candidate(session: Session, server_id: UUID, name: str) -> FeatureCandidate:
    """Return a feature to review, locked; raises ``NoSuchRecord``."""
    found = session.get(FeatureCandidate, (server_id, name), with_for_update=True)
    if found is None:
        raise naming(NoSuchRecord, "name", "No capture of this server showed such a feature.")
    return found


def _unmapped() -> Select[*tuple[Any, ...]]:
    is_mapped = exists().where(Feature.server_id == FeatureCandidate.server_id, Feature.name == FeatureCandidate.name)
    return (
        select(
            FeatureCandidate.server_id,
            LicenceServer.name.label("server"),
            FeatureCandidate.name,
            FeatureCandidate.first_seen_at,
            FeatureCandidate.last_seen_at,
        )
        .join(LicenceServer, LicenceServer.id == FeatureCandidate.server_id)
        .where(FeatureCandidate.set_aside_at.is_(None), ~is_mapped)
    )


def _clues(session: Session) -> Clues:
    named = session.execute(select(Product.name, Product.id))
    mapped = session.execute(select(Feature.name, Feature.product_id).distinct())
    filed = session.execute(select(Lot.feature, Lot.product_id).where(Lot.feature != "").distinct())
    refused = session.execute(select(MatchRefusal.feature, MatchRefusal.product_id))
    clues = [Clue(name, product_id, Evidence.NAMED) for name, product_id in named]
    clues += [Clue(name, product_id, Evidence.MAPPED) for name, product_id in mapped]
    clues += [Clue(name, product_id, Evidence.FILED) for name, product_id in filed]
    return Clues(clues, [(name, product_id) for name, product_id in refused])


def _lots_on(session: Session, product_ids: set[UUID], on: date) -> dict[UUID, list[UUID]]:
    covering = (
        select(Lot.product_id, Lot.id)
        .where(Lot.product_id.in_(product_ids), Lot.starts_on <= on)
        .where(Lot.ends_on.is_(None) | (Lot.ends_on >= on))
    )
    found: dict[UUID, list[UUID]] = {}
    for product_id, lot_id in session.execute(covering):
        found.setdefault(product_id, []).append(lot_id)
    return found


def _to_review(row: Any, match: Match, names: dict[UUID, str], lots: dict[UUID, list[UUID]]) -> FeatureToReview:
    covering: Sequence[UUID] = lots.get(match.proposal, ()) if match.proposal is not None else ()
    return FeatureToReview(
        server_id=row.server_id,
        server=row.server,
        name=row.name,
        first_seen_at=row.first_seen_at,
        last_seen_at=row.last_seen_at,
        product_id=match.proposal,
        product=names.get(match.proposal, "") if match.proposal is not None else "",
        evidence=match.evidence.value if match.evidence is not None else "",
        choices=match.choices,
        lots=len(covering),
        lot_id=covering[0] if len(covering) == 1 else None,
    )


def _assigned(session: Session, on: date) -> dict[UUID, dict[AssigneeKind, int]]:
    is_taken = Assignment.ended_on.is_(None) | (Assignment.free_on > on)
    counted = (
        select(Assignment.product_id, Assignment.kind, func.count())
        .where(is_taken)
        .group_by(Assignment.product_id, Assignment.kind)
    )
    found: dict[UUID, dict[AssigneeKind, int]] = {}
    for product_id, kind, seats in session.execute(counted):
        found.setdefault(product_id, {})[AssigneeKind(kind)] = seats
    return found
