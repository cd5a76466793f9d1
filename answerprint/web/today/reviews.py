"""What waits in the reviews: what is overdue, decisions, agreements, links that end, and those nobody watched."""

from collections.abc import Iterator, Mapping
from uuid import UUID

from flask import url_for
from sqlalchemy.orm import Session

from answerprint.core.paging import PAGE_SIZE_MAX, PageRequest
from answerprint.core.permissions import Permission
from answerprint.web.today.matters import Act, Group, Looker, Matter, group
from reviews.queries.incidents import incidents_of
from reviews.queries.links import LinkFilters, links
from reviews.queries.overview import LinkWaiting, Waiting, waiting_for
from reviews.queries.parties import contact_names
from reviews.queries.shipments import overdue_shipments

_WHOLE = PageRequest(limit=PAGE_SIZE_MAX)


def review_groups(session: Session, looker: Looker) -> Iterator[Group]:
    """Yield what waits in the reviews that the looker may know of, the most pressing kind first."""
    waiting = waiting_for(session, looker.actor, now=looker.now)
    names = contact_names(session, [one.contact_id for one in (*waiting.ending, *waiting.unwatched)])
    yield group(
        "overdue",
        "Overdue",
        "Incidents that are open, drives that are late, and access that is still open on another platform.",
        [*_incidents(session, looker), *_shipments(session, looker), *_links_in(session, looker, "due")],
    )
    yield group(
        "releases",
        "Links to release",
        "Links that wait for a second person before they go out.",
        _links_in(session, looker, "waiting"),
    )
    yield group("decisions", "Decisions due", "Rounds in which the client has not decided.", _rounds(waiting, looker))
    yield group(
        "agreements",
        "Agreements unanswered",
        "Agreements that were sent and that not both sides have accepted.",
        _agreements(waiting, looker),
    )
    yield group(
        "ending",
        "Links about to end",
        "Links that end within two days.",
        (_link("ending soon", one, names, looker) for one in waiting.ending),
    )
    ending = {one.id for one in waiting.ending}
    yield group(
        "unwatched",
        "Screenings not yet watched",
        "Links that are open and that nobody has watched.",
        (_link("not watched", one, names, looker) for one in waiting.unwatched if one.id not in ending),
    )


def incident_group(session: Session, looker: Looker) -> Group:
    """Return the open incidents alone, for who may freeze and does not send links."""
    return group("overdue", "Incidents", "Incidents that are open.", _incidents(session, looker))


def _incidents(session: Session, looker: Looker) -> Iterator[Matter]:
    for incident in incidents_of(session, looker.actor, _WHOLE, now=looker.now).items:
        if incident.closed_at is None:
            href = url_for("reviews_pages.show_incident", incident_id=incident.id)
            sentence = "The client should know by now." if incident.is_overdue else "This incident is open."
            act = Act("Open", href)
            yield Matter("overdue" if incident.is_overdue else "incident", incident.title, href, sentence, act)


def _shipments(session: Session, looker: Looker) -> Iterator[Matter]:
    for shipment in overdue_shipments(session, looker.actor, on=looker.today):
        href = url_for("reviews_pages.show_shipment", shipment_id=shipment.id)
        name = f"{shipment.carrier_kind} {shipment.serial}, {shipment.contact_name}"
        act = Act("Say what became of it" if looker.may(Permission.REVIEWS_WRITE) else "Open", href)
        yield Matter("overdue", name, href, "It is not back.", act, when="Due back", day=shipment.due_back_on)


def _links_in(session: Session, looker: Looker, state: str) -> Iterator[Matter]:
    found = links(session, looker.actor, LinkFilters(state=state), _WHOLE, now=looker.now).items
    names = contact_names(session, [one.contact_id for one in found])
    for one in found:
        href, name = url_for("reviews_pages.show_link", link_id=one.id), names.get(one.contact_id, "unknown")
        if state == "waiting":
            can_release = looker.may(Permission.REVIEWS_WRITE) and one.issued_by != looker.actor.person_id
            sentence = "It opens nothing until a second person releases it."
            act = Act("Look and release" if can_release else "Open", href)
            yield Matter("to release", name, href, sentence, act, when="Ends", moment=one.ends_at)
        else:
            name, sentence = f"{name}, {one.platform or one.target_host}", "The link is over; access there is not."
            yield Matter("still open", name, href, sentence, Act("Open", href), when="Ended", moment=one.ends_at)


def _rounds(waiting: Waiting, looker: Looker) -> Iterator[Matter]:
    for due in waiting.rounds:
        href = url_for("reviews_pages.show_round", round_id=due.id)
        sentence = "It is late: somebody has not decided." if due.due_on < looker.today else "Not all have decided."
        name, act = f"{due.project_code}, round {due.number}", Act("See who is missing", href)
        yield Matter("decision due", name, href, sentence, act, when="Due", day=due.due_on)


def _agreements(waiting: Waiting, looker: Looker) -> Iterator[Matter]:
    for sent in waiting.agreements:
        href = url_for("reviews_pages.show_version", version_id=sent.version_id)
        name, state = f"{sent.project_code}-{sent.number}", "unanswered"
        act, sentence = Act("See who has not answered", href), "No link can go out under it until both sides accept."
        if sent.client_accepted:
            state, sentence = "your turn", "The client has accepted it; the house has not."
            act = Act("Read and accept", href)
        day = sent.sent_at.astimezone(looker.zone).date() if sent.sent_at is not None else None
        yield Matter(state, name, href, sentence, act, when="Sent", day=day)


def _link(state: str, link: LinkWaiting, names: Mapping[UUID, str], looker: Looker) -> Matter:
    href = url_for("reviews_pages.show_link", link_id=link.id)
    name = f"{names.get(link.contact_id, 'unknown')}, {link.project_code} {link.material} v{link.number:03d}"
    ends = state == "ending soon"
    sentence = "After that they need a new link." if ends else "The recipient has not watched it."
    act = Act("Open", href)
    if looker.may(Permission.REVIEWS_WRITE):
        new_link = url_for("reviews_pages.show_new_link", project_id=link.project_id)
        act = Act("Send a new link", new_link) if ends else Act("Send it anew", f"{href}#acts")
    return Matter(state, name, href, sentence, act, when="Ends", moment=link.ends_at)
