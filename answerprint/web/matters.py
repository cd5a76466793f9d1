"""What of today needs somebody: a state, what it is about, why, and where to see it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from flask import url_for
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.paging import PAGE_SIZE_MAX, PageRequest
from reviews.queries.incidents import incidents_of
from reviews.queries.links import LinkFilters, links
from reviews.queries.overview import LinkWaiting, waiting_for
from reviews.queries.parties import contact_names
from reviews.queries.shipments import overdue_shipments

_WHOLE = PageRequest(limit=PAGE_SIZE_MAX)


@dataclass(frozen=True, slots=True)
class Matter:
    """Something that needs somebody: a state, what it is about, why, and where to see it."""

    state: str
    name: str
    href: str
    sentence: str
    day: date | None = None
    moment: datetime | None = None


def review_matters(session: Session, actor: Actor, *, now: datetime, today: date) -> Iterator[Matter]:
    """Yield what waits in the reviews that ``actor`` may know of, the most pressing kind first."""
    yield from _pressing(session, actor, now, today)
    waiting = waiting_for(session, actor, now=now)
    names = contact_names(session, [one.contact_id for one in (*waiting.ending, *waiting.unwatched)])
    for due in waiting.rounds:
        href = url_for("reviews_pages.show_round", round_id=due.id)
        late = "It was due" if due.due_on < today else "Due"
        yield Matter("decision due", f"{due.project_code}, round {due.number}", href, late, day=due.due_on)
    for sent in waiting.agreements:
        href = url_for("reviews_pages.show_version", version_id=sent.version_id)
        sentence = "Sent, and not accepted by both sides yet."
        yield Matter("unanswered", f"{sent.project_code}-{sent.number}", href, sentence)
    ending = {one.id for one in waiting.ending}
    for link in waiting.ending:
        yield _link("ending soon", link, names, "Their link ends")
    for link in waiting.unwatched:
        if link.id not in ending:
            yield _link("not watched", link, names, "Not watched yet; their link ends")


def _pressing(session: Session, actor: Actor, now: datetime, today: date) -> Iterator[Matter]:
    for incident in incidents_of(session, actor, _WHOLE, now=now).items:
        if incident.closed_at is None:
            href = url_for("reviews_pages.show_incident", incident_id=incident.id)
            sentence = "The client should know by now." if incident.is_overdue else "This incident is open."
            yield Matter("overdue" if incident.is_overdue else "incident", incident.title, href, sentence)
    for shipment in overdue_shipments(session, actor, on=today):
        href = url_for("reviews_pages.show_shipment", shipment_id=shipment.id)
        name = f"{shipment.carrier_kind} {shipment.serial}, {shipment.contact_name}"
        yield Matter("overdue", name, href, "It should be back since", day=shipment.due_back_on)
    for state, sentence in (("waiting", "A second person releases this link."), ("due", "Access is still open there.")):
        found = links(session, actor, LinkFilters(state=state), _WHOLE, now=now).items
        names = contact_names(session, [one.contact_id for one in found])
        for one in found:
            href = url_for("reviews_pages.show_link", link_id=one.id)
            word = "to release" if state == "waiting" else "still open"
            where = f", {one.platform or one.target_host}" if state == "due" else ""
            yield Matter(word, f"{names.get(one.contact_id, 'unknown')}{where}", href, sentence)


def _link(state: str, link: LinkWaiting, names: Mapping[UUID, str], sentence: str) -> Matter:
    href = url_for("reviews_pages.show_link", link_id=link.id)
    name = f"{names.get(link.contact_id, 'unknown')}, {link.project_code} {link.material} v{link.number:03d}"
    return Matter(state, name, href, sentence, day=link.ends_at.date())
