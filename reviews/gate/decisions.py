"""Where an approver decides on the version that their link leads to, writes notes, and takes a decision back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from uuid import UUID

from flask import render_template, request
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from answerprint.core import clock
from answerprint.core.forms import CSRF_FIELD
from answerprint.core.http import View, database
from answerprint.core.problems import Invalid, Refusal
from answerprint.core.sentences import Sentence
from reviews.gate.frame import as_client, blueprint, gate_page, to_step, visit_secret, with_visit
from reviews.gate.labels import DISPLAYS, ROOMS, SCOPES, VALUES
from reviews.gate.language import say, say_day, say_moment
from reviews.models.decisions import Round
from reviews.models.materials import MaterialVersion
from reviews.queries.agreements import terms_of
from reviews.queries.decisions import DecisionRow, decisions_of, last_view, rounds_for
from reviews.queries.gate import Visitor
from reviews.queries.note_exports import frames_of
from reviews.rules.decisions import approvers_of
from reviews.rules.gate import Step
from reviews.rules.sign_off import statement, statement_sha256
from reviews.rules.viewing import declare
from reviews.rules.vocabulary import Value
from reviews.service.decisions import DecisionEntry, FreshCodeNeeded, decide, withdraw
from reviews.service.notes import NoteEntry, write_note_at_gate

CHOICES = (Value.APPROVED, Value.WITH_NOTES, Value.NOT_APPROVED, Value.NO_DECISION)


@dataclass(frozen=True, slots=True)
class Made:
    """A decision of this visitor's, as they read of it. ``recorded`` is the word that stands on the record."""

    id: UUID
    said: str
    recorded: str
    decided_at: str
    is_withdrawn: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """A round that waits for this visitor, or in which they decided, with what they are asked to sign."""

    round: Round
    due_on: str
    as_whom: tuple[tuple[str, str], ...]
    """Their labels, each with what it speaks for."""
    statement: str
    statement_sha256: str
    decided: tuple[Made, ...]
    """What they decided in it before."""
    views: int


def decision_section(visitor: Visitor) -> Markup | None:
    """Return the section of the page that offers a decision and notes, for the recipient of a link."""
    link = visitor.opened.link
    if link is None:
        return None
    with database().reading() as session:
        waiting = [
            one
            for found in rounds_for(session, visitor.contact_id, link.material_version_id)
            if (one := _waiting(session, visitor, found))
        ]
        version = session.get_one(MaterialVersion, link.material_version_id)
    secret = visit_secret()
    return Markup(  # noqa: S704 - a template of ours, which escapes what it shows
        render_template(
            "gate/decisions.html",
            waiting=waiting,
            values=[(value.value, say(VALUES[value])) for value in CHOICES],
            displays=[(one.value, say(label)) for one, label in DISPLAYS.items()],
            rooms=[(one.value, say(label)) for one, label in ROOMS.items()],
            has_time=version.frame_rate is not None,
            signs_now=visitor.signs_now,
            gate_csrf=secret.csrf_token if secret is not None else "",
            csrf_field=CSRF_FIELD,
        )
    )


def records(said: str) -> Callable[[View], View]:
    """Declare a form that records something: the view gets the visitor, a session of one transaction and the time.

    Without a fresh code where one is needed the visitor is led to where it is given; of a refusal they are told.
    """

    def declare_form(view: View) -> View:
        @wraps(view)
        def run(visitor: Visitor) -> AnyResponse:
            try:
                with database().transaction() as session:
                    view(visitor, session, clock.now())
            except FreshCodeNeeded:
                return to_step(page="reviews_gate.show_signing")
            except Refusal as refusal:
                return _refused(refusal)
            return to_step(said)

        return run

    return declare_form


@blueprint.post("/visit/decision")
@with_visit(Step.READY)
@records("decided")
def post_decision(visitor: Visitor, session: Session, now: datetime) -> None:
    """Decide, with a fresh code."""
    who, visit_id = as_client(visitor), visitor.visit_id
    made = decide(session, who, visit_id=visit_id, round_id=_id("round_id"), entry=_entry(), now=now)
    text = request.form.get("text", "").strip()
    if text:
        write_note_at_gate(session, who, visit_id=visit_id, entry=NoteEntry(text), now=now, decision_id=made.id)


@blueprint.post("/visit/decision/withdraw")
@with_visit(Step.READY)
@records("withdrawn")
def post_withdrawal(visitor: Visitor, session: Session, now: datetime) -> None:
    """Take a decision back, by a new record and with a fresh code."""
    withdraw(session, as_client(visitor), visit_id=visitor.visit_id, decision_id=_id("decision_id"), now=now)


@blueprint.post("/visit/note")
@with_visit(Step.READY)
@records("noted")
def post_note(visitor: Visitor, session: Session, now: datetime) -> None:
    """Write a note on the version, at a timecode or of the whole."""
    entry = NoteEntry(request.form.get("text", ""), in_frame=_frame(session, visitor))
    write_note_at_gate(session, as_client(visitor), visit_id=visitor.visit_id, entry=entry, now=now)


def _waiting(session: Session, visitor: Visitor, found: Round) -> Waiting | None:
    terms = terms_of(session, found.agreement_version_id)
    as_whom = tuple(
        (one.label, say(SCOPES[one.scope])) for one in approvers_of(terms) if one.contact_id == visitor.contact_id
    )
    if not as_whom:
        return None
    version = session.get_one(MaterialVersion, found.material_version_id)
    views, _ = last_view(session, visitor.contact_id, version.id)
    return Waiting(
        round=found,
        due_on=say_day(found.due_on),
        as_whom=as_whom,
        statement=statement(terms, version.sha256),
        statement_sha256=statement_sha256(terms, version.sha256),
        decided=tuple(_made(one) for one in decisions_of(session, found.id) if one.contact_id == visitor.contact_id),
        views=views,
    )


def _made(row: DecisionRow) -> Made:
    said = say(VALUES[Value(row.value)])
    return Made(row.id, said, row.value, say_moment(row.decided_at), row.is_withdrawn)


def _entry() -> DecisionEntry:
    said = request.form
    value = said.get("value", Value.NO_DECISION.value)
    if value not in {one.value for one in CHOICES}:
        sentence = Sentence("Choose what you decide.")
        raise Invalid(sentence, fields={"value": [sentence]})
    viewing = declare(said.get("display", ""), said.get("room", ""), said.get("sound", ""))
    return DecisionEntry(said.get("label", ""), Value(value), viewing, said.get("statement_sha256", ""))


def _id(name: str) -> UUID:
    try:
        return UUID(request.form.get(name, ""))
    except ValueError as error:
        raise Invalid(Sentence("This form is not whole. Open the page again.")) from error


def _frame(session: Session, visitor: Visitor) -> int | None:
    link = visitor.opened.link
    if link is None:
        return None
    version = session.get_one(MaterialVersion, link.material_version_id)
    return frames_of(version).frame(request.form.get("timecode", "").strip())


def _refused(refusal: Refusal) -> AnyResponse:
    detail = say(refusal.detail)
    sentences = [said for found in refusal.fields.values() for one in found if (said := say(one)) != detail]
    written = request.form.get("text", "").strip()
    return gate_page("refused", detail=detail, sentences=sentences, written=written, status=409)
