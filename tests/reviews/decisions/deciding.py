"""Rounds and those who decide in them, as tests need them: two approvers at the gate, each with a link of their own."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from answerprint.core.actor import Actor, client
from answerprint.core.db import Database
from answerprint.core.outbox import OutboxMail
from reviews.models.decisions import Decision, Round
from reviews.queries.agreements import terms_of
from reviews.queries.gate import open_code
from reviews.rules.codes import CodeCheck
from reviews.rules.sign_off import statement_sha256
from reviews.rules.terms import PartyTerm
from reviews.rules.viewing import Declaration
from reviews.rules.vocabulary import DisplayClass, Role, Room, Value
from reviews.service.codes import give_signing_code, send_signing_code
from reviews.service.decisions import DecisionEntry, decide, withdraw
from reviews.service.rounds import open_round
from reviews.service.views import Watching, grant_view
from tests.reviews.agreements.agreeing import a_house, accepted
from tests.reviews.factories import NOW, OFFICE, make_contact
from tests.reviews.gate.coming import FILM_SHA256, Gatehouse, add_version, code_of_tests, secret_of, stands_as, verified

SAID = Declaration(DisplayClass.REFERENCE, Room.SUITE, "5.1")
FIRST, SIGNATORY, SECOND, PRODUCER = "P1", "P2", "P3", "P4"


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody at the gate who proved their mailbox."""

    actor: Actor
    visit_id: UUID


@dataclass(frozen=True, slots=True)
class Approvers:
    """A version before two approvers, P1 and P3. P2 signs for the client and is who P1 is; P4 is of the house."""

    gate: Gatehouse
    agreement_id: UUID
    second_id: UUID

    @property
    def database(self) -> Database:
        """Where all of it stands."""
        return self.gate.database

    def open(self, *, now: datetime = NOW) -> Round:
        """Put the version before them."""
        with self.database.transaction() as session:
            return open_round(
                session,
                self.gate.house.producer,
                agreement_id=self.agreement_id,
                material_version_id=self.gate.version_id,
                now=now,
            )

    def read(self, round_id: UUID) -> Round:
        """Read a round as it stands."""
        with self.database.reading() as session:
            return session.get_one(Round, round_id)

    def come(self, label: str, *, now: datetime = NOW, **others: Any) -> Guest:
        """Have an approver come through a link of their own, up to the proved mailbox."""
        contact_id = self.gate.house.contact_id if label == FIRST else self.second_id
        visit = verified(self.database, secret_of(self.gate.issue(contact_id=contact_id, now=now, **others)), now=now)
        return Guest(client(contact_id, OFFICE), stands_as(self.database, visit, now=now).visit_id)

    def watch(self, guest: Guest, *, now: datetime = NOW) -> None:
        """Let somebody watch."""
        with self.database.transaction() as session:
            assert isinstance(grant_view(session, guest.actor, visit_id=guest.visit_id, now=now), Watching)

    def sign(self, guest: Guest, *, now: datetime = NOW) -> None:
        """Give the fresh code of a sign-off."""
        who, visit_id = guest.actor, guest.visit_id
        with self.database.transaction() as session:
            assert send_signing_code(session, who, visit_id=visit_id, code=code_of_tests(), now=now)
            waiting = open_code(session, visit_id, now=now)
            assert waiting is not None
            check = CodeCheck(waiting.id, is_right=True)
            assert give_signing_code(session, who, visit_id=visit_id, check=check, now=now) is not None

    def come_and_decide(self, label: str, value: Value, round_id: UUID, *, now: datetime = NOW) -> Decision:
        """Have an approver come, sign and decide."""
        guest = self.come(label, now=now)
        self.sign(guest, now=now)
        return self.decide(guest, label, value, round_id, now=now)

    def decide(
        self,
        guest: Guest,
        label: str,
        value: Value,
        round_id: UUID,
        *,
        now: datetime = NOW,
        statement: str | None = None,
    ) -> Decision:
        """Decide under a label that may be another's."""
        entry = DecisionEntry(label, value, SAID, statement or self.statement())
        with self.database.transaction() as session:
            return decide(session, guest.actor, visit_id=guest.visit_id, round_id=round_id, entry=entry, now=now)

    def withdraw(self, guest: Guest, decision_id: UUID, *, now: datetime = NOW) -> Decision:
        """Take a decision back."""
        with self.database.transaction() as session:
            return withdraw(session, guest.actor, visit_id=guest.visit_id, decision_id=decision_id, now=now)

    def statement(self) -> str:
        """Return the hash of the text to sign."""
        with self.database.reading() as session:
            return statement_sha256(terms_of(session, self.gate.agreement_version_id), FILM_SHA256)

    def mails(self, kind: str) -> list[str]:
        """Return to whom mails of a kind wait."""
        with self.database.reading() as session:
            return sorted(session.scalars(select(OutboxMail.recipient).where(OutboxMail.kind == kind)))


def approvers(database: Database, **terms: Any) -> Approvers:
    """Make a project of which two people approve, with an agreement in force and a version."""
    house = a_house(database)
    with database.transaction() as session:
        second = make_contact(session, house.client_id, "olu@okafor.example", "Olu Okafor")
    parties = (
        PartyTerm(Role.APPROVER, contact_id=house.contact_id, place=1),
        PartyTerm(Role.SIGNATORY, contact_id=house.contact_id),
        PartyTerm(Role.APPROVER, contact_id=second.id, place=2),
        PartyTerm(Role.SIGNATORY, person_id=house.producer.person_id),
    )
    version = accepted(database, house, **({"parties": parties} | terms))
    gate = Gatehouse(database, house, version.id, *add_version(database, house, 1))
    return Approvers(gate, version.agreement_id, second.id)
