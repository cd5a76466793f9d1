"""A client's part in the made-up facility: they come to the gate with a link, prove the mailbox, watch and decide."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from answerprint.core.actor import Actor, client, stranger
from reviews.models.materials import MaterialVersion
from reviews.queries.agreements import terms_of
from reviews.queries.decisions import open_rounds
from reviews.queries.gate import locked_visitor, open_code, visitor_at
from reviews.queries.parties import undertaking_by_id
from reviews.rules.codes import CodeCheck, FreshCode
from reviews.rules.gate import Step
from reviews.rules.sign_off import statement_sha256
from reviews.rules.viewing import Declaration
from reviews.rules.vocabulary import DisplayClass, Room, Value
from reviews.service.codes import give_code, give_signing_code, send_code, send_signing_code
from reviews.service.decisions import DecisionEntry, decide
from reviews.service.gate import open_visit
from reviews.service.notes import NoteEntry, write_note_at_gate
from reviews.service.proofs import accept_nda
from reviews.service.views import grant_view

ADDRESS = "198.51.100.23"
_DECLARED = Declaration(DisplayClass.MANAGED, Room.OFFICE, "headphones")


@dataclass(frozen=True, slots=True)
class DemoGuest:
    """Somebody at the gate with the secret of a link. One code serves all, since hashing takes long."""

    session: Session
    contact_id: UUID
    code: FreshCode

    @property
    def actor(self) -> Actor:
        """Return who they are once the mailbox is verified."""
        return client(self.contact_id, ADDRESS)

    def watch(self, secret: str, at: datetime) -> UUID:
        """Come in, accept the undertaking where it is asked for, and watch; return the visit."""
        visit_id = self._prove_mailbox(secret, at)
        _, visitor = locked_visitor(self.session, visit_id, now=at)
        link = visitor.opened.link
        if visitor.step is Step.UNDERTAKING and link is not None and link.nda_text_id is not None:
            text = undertaking_by_id(self.session, link.nda_text_id).text_sha256
            accept_nda(self.session, self.actor, visit_id=visit_id, text_sha256=text, now=at)
        grant_view(self.session, self.actor, visit_id=visit_id, now=at)
        return visit_id

    def decide(self, visit_id: UUID, value: Value, note: str, at: datetime) -> None:
        """Sign off with a fresh code, as the first approver and with a note, what the link shows."""
        send_signing_code(self.session, self.actor, visit_id=visit_id, code=self.code, now=at)
        check = self._check(visit_id, at)
        give_signing_code(self.session, self.actor, visit_id=visit_id, check=check, now=at)
        _, visitor = locked_visitor(self.session, visit_id, now=at)
        assert visitor.opened.link is not None  # noqa: S101 - narrows a type: they came by a link
        shown = self.session.get_one(MaterialVersion, visitor.opened.link.material_version_id)
        waiting = open_rounds(self.session, shown.id)[0]
        digest = statement_sha256(terms_of(self.session, waiting.agreement_version_id), shown.sha256)
        entry = DecisionEntry("P1", value, _DECLARED, digest)
        made = decide(self.session, self.actor, visit_id=visit_id, round_id=waiting.id, entry=entry, now=at)
        said = NoteEntry(note, in_frame=96)
        write_note_at_gate(self.session, self.actor, visit_id=visit_id, entry=said, now=at, decision_id=made.id)

    def _prove_mailbox(self, secret: str, at: datetime) -> UUID:
        visit = open_visit(self.session, stranger(ADDRESS), secret=secret, now=at)
        visitor = visitor_at(self.session, visit.text, now=at)
        assert visitor is not None  # noqa: S101 - narrows a type: the visit was opened just now
        send_code(self.session, stranger(ADDRESS), visit_id=visitor.visit_id, code=self.code, now=at)
        check = self._check(visitor.visit_id, at)
        give_code(self.session, stranger(ADDRESS), visit_id=visitor.visit_id, check=check, now=at)
        return visitor.visit_id

    def _check(self, visit_id: UUID, at: datetime) -> CodeCheck:
        waiting = open_code(self.session, visit_id, now=at)
        return CodeCheck(waiting.id if waiting is not None else None, is_right=True)
