"""What every page knows: who looks, where they can go, what just happened, the form's state."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Flask, current_app, g, request, url_for
from markupsafe import Markup

from answerprint.core import clock
from answerprint.core.forms import form_state
from answerprint.core.http import current_actor, database, facility_zone
from answerprint.core.permissions import Permission
from answerprint.web.done import DONE
from answerprint.web.gate import signed_in_person
from facility.public import person_names
from facility.queries.access import SignedInPerson

NAV: tuple[tuple[str, str, Permission], ...] = (
    ("Today", "today_pages.show_today", Permission.SELF),
    ("Reviews", "reviews_pages.show_reviews", Permission.REVIEWS_READ),
    ("Seats", "licensing_pages.show_board", Permission.LICENSING_READ),
    ("Reservations", "licensing_pages.list_reservations", Permission.LICENSING_READ),
    ("Contracts", "licensing_pages.list_contracts", Permission.CONTRACTS_READ),
    ("Catalogue", "licensing_pages.show_catalogue", Permission.LICENSING_READ),
    ("Projects", "facility_pages.show_projects", Permission.PROJECTS_READ),
    ("Trail", "audit_pages.show_trail", Permission.AUDIT_READ),
    ("House", "house_pages.show_house", Permission.PEOPLE_READ),
    ("Tokens", "facility_pages.show_tokens", Permission.TOKENS),
)
"""Whoever has the house's page finds their tokens there."""

_DEMO_NAV = ("Mailbox", "demo_pages.show_mailbox", Permission.SELF)
_BELONGS = {"/house": ("/people", "/clients", "/tokens", "/calendars")}
"""Pages that are reached from another of the navigation, and so are marked there."""


@dataclass(frozen=True, slots=True)
class Me:
    """The signed-in person, as templates ask about them."""

    name: str
    roles: tuple[str, ...]
    may: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class NavItem:
    """A place of the main navigation."""

    label: str
    href: str
    is_here: bool


def register(app: Flask) -> None:
    """Give every template of ``app`` its context."""
    app.context_processor(_context)
    app.add_template_filter(write_actor, "who")


def write_actor(actor: str) -> str:
    """Name who acted, for a reader who may know people; the trail itself holds pseudonyms only."""
    if not current_actor().may(Permission.PEOPLE_READ):
        return actor
    known: dict[str, str] = g.setdefault("actor_names", {"answerprint": "the house", "stranger": "a stranger"})
    if actor not in known:
        known[actor] = _name_of(actor) or actor
    return known[actor]


def _name_of(actor: str) -> str | None:
    try:
        person_id = UUID(actor)
    except ValueError:
        return None
    with database().reading() as session:
        return person_names(session, [person_id]).get(person_id)


def _context() -> dict[str, Any]:
    person = signed_in_person()
    return {
        "me": _me(person) if person else None,
        "csrf_token": person.csrf_token if person else "",
        "nav": _nav(person) if person else [],
        "done": Markup.escape(DONE.get(request.args.get("done", ""), "")),
        "form": form_state(),
        "mailbox_href": url_for("demo_pages.show_mailbox") if "demo_pages" in current_app.blueprints else "",
        "zone_name": facility_zone().key,
        "now": clock.now(),
    }


def _me(person: SignedInPerson) -> Me:
    held = {permission.value for permission in person.actor.permissions}
    return Me(name=person.name, roles=tuple(role.value for role in person.roles), may=held.__contains__)


def _nav(person: SignedInPerson) -> list[NavItem]:
    items = []
    demo = (_DEMO_NAV,) if "demo_pages" in current_app.blueprints else ()
    for label, endpoint, permission in (*NAV, *demo):
        if person.actor.may(permission) and not (label == "Tokens" and person.actor.may(Permission.PEOPLE_READ)):
            href = url_for(endpoint)
            is_here = any(_is_under(place) for place in (href, *_BELONGS.get(href, ())))
            items.append(NavItem(label=label, href=href, is_here=is_here))
    return items


def _is_under(place: str) -> bool:
    return request.path == place or (place != "/" and request.path.startswith(f"{place}/"))
