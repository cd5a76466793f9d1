"""A project with some of everything, and the browsers of those who look at it."""

import html
import re
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Flask

from answerprint.core import clock
from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from facility.models import Project
from facility.roles import Role
from facility.service.projects import add_member
from reviews.rules.links import LinkWish
from reviews.rules.naming_presets import PRESETS
from reviews.rules.passphrases import Passphrase
from reviews.service.agreements import draft_agreement
from reviews.service.faces import allow_host
from reviews.service.incidents import IncidentEntry, open_incident
from reviews.service.links import issue_link
from reviews.service.naming import set_naming_template
from reviews.service.templates import add_template
from tests.facility.factories import make_project
from tests.reviews.agreements.agreeing import honest_terms
from tests.reviews.attendance.rooms import Suite, suite
from tests.reviews.gate.coming import HOST, TARGET
from tests.web.browsers import Browser

Attributes = list[tuple[str, str | None]]
_LINK = re.compile(r'href="(/[^"#]*)')
NO_PASSPHRASE = Passphrase("", "")


@dataclass(frozen=True, slots=True)
class Desk:
    """The project NB-204 with an agreement in force, a draft, a link, a round, a screening, a shipment, an incident."""

    app: Flask
    database: Database
    suite: Suite
    paths: dict[str, str]

    def browser(self, role: Role = Role.PRODUCER) -> Browser:
        """Return somebody's browser; a producer is put on the project."""
        found = Browser(self.app, self.database, role)
        if role is Role.PRODUCER:
            with self.database.transaction() as session:
                add_member(session, SYSTEM, project_id=self.suite.house.project_id, person_id=found.person_id)
        return found

    def outsider(self) -> Browser:
        """Return the browser of a producer who works on another client's project."""
        found = Browser(self.app, self.database, Role.PRODUCER)
        with self.database.transaction() as session:
            other = make_project(session, "XX-1")
            add_member(session, SYSTEM, project_id=other.id, person_id=found.person_id)
        return found

    def issue(self, **otherwise: object) -> UUID:
        """Issue a link now, and return it."""
        wish = LinkWish(
            self.suite.agreement_version_id,
            "M4",
            self.suite.version_id,
            self.suite.house.contact_id,
            "Europe/Berlin",
            **otherwise,  # type: ignore[arg-type]
        )
        with self.database.transaction() as session:
            made = issue_link(
                session,
                self.suite.house.producer,
                wish=wish,
                passphrase=NO_PASSPHRASE,
                base_url="http://localhost",
                now=clock.now(),
            )
            return made.link.id

    def hand_off(self) -> UUID:
        """Issue a link that hands off to another host."""
        with self.database.transaction() as session:
            allow_host(session, self.suite.house.producer, project_id=self.suite.house.project_id, host=HOST)
        return self.issue(target_url=TARGET, platform="ClearView")


def furnish_desk(app: Flask, database: Database) -> Desk:
    """Make the project."""
    made = suite(database)
    now = clock.now()
    desk = Desk(app, database, made, {})
    hour = timedelta(hours=1)
    screening = made.plan(now=now, starts_at=now + hour, ends_at=now + 3 * hour)
    shipment, waiting, link = made.ship(), made.round(), desk.issue()
    house = made.house
    with database.transaction() as session:
        terms = honest_terms(house.contact_id)
        draft = draft_agreement(session, house.producer, project_id=house.project_id, terms=terms, now=now)
        entry = IncidentEntry(house.project_id, "A frame was seen", now, made.version_id)
        incident = open_incident(session, house.producer, entry=entry, now=now)
        names = set_naming_template(session, SYSTEM, name="house", template=PRESETS["house"], version=0)
        usual = honest_terms(house.contact_id, parties=())
        begin = add_template(session, SYSTEM, client_id=None, name="By link", terms=usual)
        client_id = session.get_one(Project, house.project_id).client_id
    at = f"/reviews/projects/{house.project_id}"
    of = f"/reviews/clients/{client_id}"
    desk.paths.update(
        project=at,
        people=f"{of}/contacts",
        undertakings=f"{of}/undertakings",
        client_policy=f"{of}/policy",
        client_terms=f"{of}/terms",
        contact=f"/reviews/contacts/{house.contact_id}/change",
        agreement=f"/reviews/agreements/{made.agreement_version_id}",
        draft=f"/reviews/agreements/{draft.id}",
        rounds=f"/reviews/rounds/of/{made.agreement_id}",
        round=f"/reviews/rounds/{waiting.id}",
        version=f"/reviews/versions/{made.version_id}",
        link=f"/reviews/links/{link}",
        screening=f"/reviews/screenings/{screening.id}",
        shipment=f"/reviews/shipments/{shipment.id}",
        incident=f"/reviews/incidents/{incident.id}",
        naming=f"/reviews/naming/{names.id}/change",
        terms=f"/reviews/terms/{begin.id}/change",
    )
    return desk


def links_of(page: str) -> set[str]:
    """Return where a page leads within the house."""
    return {html.unescape(link) for link in _LINK.findall(page) if not link.startswith("/static/")}


def actions_of(page: str) -> set[str]:
    """Return which forms a page offers that change something."""
    forms = re.findall(r'<form[^>]*method="post"[^>]*action="([^"]*)"', page)
    return {html.unescape(action) for action in forms} - {"/sign-out"}


def done(browser: Browser, path: str, **typed: str) -> str:
    """Submit a form that is accepted; return the page that it leads to."""
    status, where = browser.submit(path, **typed)
    assert status == 303, " ".join(re.sub(r"<[^>]+>", " ", where[where.find("<main") :]).split())[:1200]
    assert "done=" in where
    shown = browser.get(where)[1]
    assert 'role="status"' in shown
    return shown


def wall(hours: float) -> str:
    """Return a time so many hours from now, as a field for date and time sends it."""
    return f"{(clock.now() + timedelta(hours=hours)).astimezone(ZoneInfo('Europe/Berlin')):%Y-%m-%dT%H:%M}"


def form_of(page: str, action: str) -> dict[str, str]:
    """Return what a browser sends of the form with this action as it stands, without the session's token."""
    reader = _FormReader(action)
    reader.feed(page)
    assert reader.is_found, f"no form for {action}"
    return {name: value for name, value in reader.values.items() if name != "csrf"}


@dataclass
class _FormReader(HTMLParser):
    action: str
    values: dict[str, str] = field(default_factory=dict)
    is_found: bool = False
    _inside: bool = False
    _select: str = ""
    _area: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = found.get("action") == self.action and found.get("method") == "post"
            self.is_found = self.is_found or self._inside
        elif not self._inside:
            return
        elif tag == "input" and (found.get("type") != "checkbox" or "checked" in found):
            self.values[found["name"]] = found.get("value", "")
        elif tag == "select":
            self._select = found["name"]
        elif tag == "option" and ("selected" in found or self._select not in self.values):
            self.values[self._select] = found["value"]
        elif tag == "textarea":
            self._area = found["name"]
            self.values[self._area] = ""

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "form"
        self._area = "" if tag == "textarea" else self._area

    def handle_data(self, data: str) -> None:
        if self._area:
            self.values[self._area] += data
