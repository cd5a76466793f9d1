"""A house with an agreement for the suite, a drive and a tablet, as tests of rooms and drives need it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from answerprint.core import clock
from answerprint.core.actor import Actor
from answerprint.core.db import Database
from answerprint.core.outbox import OutboxMail
from facility.service.tokens import make_token
from reviews.models.attendance import Attendance, Screening, Shipment
from reviews.models.decisions import Round
from reviews.models.materials import MaterialVersion
from reviews.rules.sign_off import statement_sha256
from reviews.rules.terms import Method, Security, Viewing
from reviews.rules.viewing import Declaration
from reviews.rules.vocabulary import DisplayClass, MethodKind, Room, Subject, Value
from reviews.service.attendances import sign_in_attendee
from reviews.service.decisions import DecisionEntry
from reviews.service.invitations import invite_contacts
from reviews.service.rounds import open_round
from reviews.service.screenings import ScreeningEntry, plan_screening
from reviews.service.shipments import ShipmentEntry, ship
from tests.facility.factories import actor_of
from tests.reviews.agreements.agreeing import a_house, accepted, honest_terms
from tests.reviews.factories import NOW, House, make_undertaking
from tests.reviews.gate.coming import add_version

Ask = Callable[..., TestResponse]
STARTS, ENDS = NOW + timedelta(hours=1), NOW + timedelta(hours=3)
TODAY = NOW.date()
CALIBRATED = date(2026, 3, 1)
MARK = "name and time, burnt in"
CERTIFICATE = "ce" * 32


@dataclass(frozen=True, slots=True)
class Suite:
    """A project with an agreement in force (M1 suite, M2 drive, M3 tablet, M4 link) and a version to show."""

    database: Database
    house: House
    agreement_id: UUID
    agreement_version_id: UUID
    version_id: UUID
    undertaking_sha256: str

    def entry(self, **others: Any) -> ScreeningEntry:
        """Return a screening as a producer plans it."""
        honest: dict[str, Any] = {
            "agreement_version_id": self.agreement_version_id,
            "method": "M1",
            "material_version_id": self.version_id,
            "host_id": self.house.producer.person_id,
            "room": "Suite 3",
            "display": "X300",
            "display_serial": "7001234",
            "starts_at": STARTS,
            "ends_at": ENDS,
            "zone": "Europe/Berlin",
            "calibrated_on": CALIBRATED,
        }
        return ScreeningEntry(**(honest | others))

    def plan(self, *, by: Actor | None = None, now: datetime = NOW, **others: Any) -> Screening:
        """Plan a screening, in a transaction of its own."""
        with self.database.transaction() as session:
            return plan_screening(session, by or self.house.producer, entry=self.entry(**others), now=now)

    def invite(self, screening: Screening, *contacts: UUID) -> None:
        """Invite the house's contact, or these."""
        with self.database.transaction() as session:
            who = contacts or (self.house.contact_id,)
            invite_contacts(session, self.house.producer, screening_id=screening.id, contact_ids=who, now=NOW)

    def sign_in(self, screening: Screening, *, by: Actor | None = None, now: datetime = STARTS) -> Attendance:
        """Sign the house's contact in, who read the undertaking in the room."""
        with self.database.transaction() as session:
            return sign_in_attendee(
                session,
                by or self.house.producer,
                screening_id=screening.id,
                contact_id=self.house.contact_id,
                undertaking_sha256=self.undertaking_sha256,
                now=now,
            )

    def round(self) -> Round:
        """Open a round of the version."""
        with self.database.transaction() as session:
            return open_round(
                session,
                self.house.producer,
                agreement_id=self.agreement_id,
                material_version_id=self.version_id,
                now=NOW,
            )

    def parcel(self, **others: Any) -> ShipmentEntry:
        """Return a drive as a producer ships it."""
        honest: dict[str, Any] = {
            "agreement_version_id": self.agreement_version_id,
            "method": "M2",
            "material_version_id": self.version_id,
            "contact_id": self.house.contact_id,
            "carrier_kind": "drive",
            "serial": "CRU-0815",
            "courier": "Kurier Nord",
            "tracking": "KN 4711",
        }
        return ShipmentEntry(**(honest | others))

    def ship(self, **others: Any) -> Shipment:
        """Ship a drive, in a transaction of its own."""
        with self.database.transaction() as session:
            return ship(session, self.house.producer, entry=self.parcel(**others), now=NOW, on=TODAY)


def suite(database: Database, code: str = "NB-204", **security: Any) -> Suite:
    """Make a project whose agreement lets its work be seen in the suite, on a drive, on a tablet, and by a link."""
    house = a_house(database, code)
    with database.transaction() as session:
        undertaking = make_undertaking(session, house.client_id)
    agreed: dict[str, Any] = {
        "nda_text_id": undertaking.id,
        "watermark": MARK,
        "retention_days": 14,
        "destruction": "return",
    }
    judged = Viewing(display=DisplayClass.REFERENCE, calibrated_on=CALIBRATED, judges=(Subject.EDIT,))
    kinds = (MethodKind.SUITE, MethodKind.DRIVE, MethodKind.TABLET, MethodKind.ASYNC_LINK)
    methods = tuple(Method(kind, judged) for kind in kinds)
    version = accepted(database, house, methods=methods, security=Security(**(agreed | security)))
    _, version_id = add_version(database, house, 1)
    return Suite(database, house, version.agreement_id, version.id, version_id, undertaking.text_sha256)


def signed_entry(found: Suite, value: Value = Value.APPROVED) -> DecisionEntry:
    """Return what the contact decides as P1, having read the text."""
    terms = honest_terms(found.house.contact_id)
    digest = statement_sha256(terms, _sha_of(found))
    return DecisionEntry("P1", value, Declaration(DisplayClass.REFERENCE, Room.SUITE, "5.1"), digest)


def asking(app: Flask, database: Database, who: Actor) -> Ask:
    """Return what asks the API with a token of somebody's."""
    assert who.person_id is not None
    with database.transaction() as session:
        actor, now = actor_of(session, who.person_id), clock.now()
        ends_at = now + timedelta(days=1)
        token = make_token(session, actor, name="t", scopes=actor.permissions, expires_at=ends_at, now=now)
    client = app.test_client()

    def ask(method: str, path: str, body: dict[str, Any] | None = None, **headers: str) -> TestResponse:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent["Authorization"] = f"Bearer {token.secret}"
        return client.open(f"/api/v1/reviews{path}", method=method, json=body, headers=sent)

    return ask


def at_fault(answer: TestResponse) -> set[str]:
    """Return the fields that a refusal names."""
    return {error["field"] for error in answer.get_json().get("errors", [])}


def mails(database: Database, kind: str) -> list[OutboxMail]:
    """Return the mails of a kind, the oldest first."""
    with database.reading() as session:
        return list(session.scalars(select(OutboxMail).where(OutboxMail.kind == kind).order_by(OutboxMail.id)))


def _sha_of(found: Suite) -> str:
    with found.database.reading() as session:
        return session.get_one(MaterialVersion, found.version_id).sha256
