"""Where an approver decides on the version that their link leads to, writes notes, and takes a decision back."""

from dataclasses import dataclass
from uuid import UUID

from flask import render_template, request
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from answerprint.core import clock
from answerprint.core.forms import CSRF_FIELD
from answerprint.core.http import database
from answerprint.core.problems import Invalid, Refusal
from reviews.gate.frame import as_client, blueprint, gate_page, to_step, visit_secret, with_visit
from reviews.models.decisions import Round
from reviews.models.materials import MaterialVersion
from reviews.queries.agreements import terms_of
from reviews.queries.decisions import DecisionRow, decisions_of, last_view, open_rounds
from reviews.queries.gate import Visitor
from reviews.queries.note_exports import frames_of
from reviews.rules.decisions import Approver, approvers_of
from reviews.rules.gate import Step
from reviews.rules.sign_off import statement, statement_sha256
from reviews.rules.viewing import declare
from reviews.rules.vocabulary import DisplayClass, Room, Value, title
from reviews.service.decisions import DecisionEntry, FreshCodeNeeded, decide, withdraw
from reviews.service.notes import NoteEntry, write_note_at_gate

VALUES = (Value.APPROVED, Value.WITH_NOTES, Value.NOT_APPROVED, Value.NO_DECISION)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A round that waits for this visitor, with what they are asked to sign."""

    round: Round
    as_whom: tuple[Approver, ...]
    statement: str
    statement_sha256: str
    decided: tuple[DecisionRow, ...]
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
            for found in open_rounds(session, link.material_version_id)
            if (one := _waiting(session, visitor, found))
        ]
        version = session.get_one(MaterialVersion, link.material_version_id)
    secret = visit_secret()
    return Markup(  # noqa: S704 - a template of ours, which escapes what it shows
        render_template(
            "gate/decisions.html",
            waiting=waiting,
            values=[(value.value, title(value)) for value in VALUES],
            displays=[(one.value, title(one)) for one in DisplayClass],
            rooms=[(one.value, title(one)) for one in Room],
            has_time=version.frame_rate is not None,
            signs_now=visitor.signs_now,
            gate_csrf=secret.csrf_token if secret is not None else "",
            csrf_field=CSRF_FIELD,
        )
    )


@blueprint.post("/visit/decision")
@with_visit(Step.READY)
def post_decision(visitor: Visitor) -> AnyResponse:
    """Decide, with a fresh code: without one the visitor is led to where it is given."""
    try:
        with database().transaction() as session:
            now = clock.now()
            round_id, entry = _id("round_id"), _entry()
            made = decide(
                session, as_client(visitor), visit_id=visitor.visit_id, round_id=round_id, entry=entry, now=now
            )
            text = request.form.get("text", "").strip()
            if text:
                note = NoteEntry(text)
                who = as_client(visitor)
                write_note_at_gate(session, who, visit_id=visitor.visit_id, entry=note, now=now, decision_id=made.id)
    except FreshCodeNeeded:
        return to_step(page="reviews_gate.show_signing")
    except Refusal as refusal:
        return _refused(refusal)
    return to_step("decided")


@blueprint.post("/visit/decision/withdraw")
@with_visit(Step.READY)
def post_withdrawal(visitor: Visitor) -> AnyResponse:
    """Take a decision back, by a new record and with a fresh code."""
    try:
        with database().transaction() as session:
            withdraw(
                session,
                as_client(visitor),
                visit_id=visitor.visit_id,
                decision_id=_id("decision_id"),
                entry=_entry(),
                now=clock.now(),
            )
    except FreshCodeNeeded:
        return to_step(page="reviews_gate.show_signing")
    except Refusal as refusal:
        return _refused(refusal)
    return to_step("withdrawn")


@blueprint.post("/visit/note")
@with_visit(Step.READY)
def post_note(visitor: Visitor) -> AnyResponse:
    """Write a note on the version, at a timecode or of the whole."""
    try:
        with database().transaction() as session:
            entry = NoteEntry(request.form.get("text", ""), in_frame=_frame(session, visitor))
            write_note_at_gate(session, as_client(visitor), visit_id=visitor.visit_id, entry=entry, now=clock.now())
    except Refusal as refusal:
        return _refused(refusal)
    return to_step("noted")


def _waiting(session: Session, visitor: Visitor, found: Round) -> Waiting | None:
    terms = terms_of(session, found.agreement_version_id)
    as_whom = tuple(one for one in approvers_of(terms) if one.contact_id == visitor.contact_id)
    if not as_whom:
        return None
    version = session.get_one(MaterialVersion, found.material_version_id)
    views, _ = last_view(session, visitor.contact_id, version.id)
    return Waiting(
        round=found,
        as_whom=as_whom,
        statement=statement(terms, version.sha256),
        statement_sha256=statement_sha256(terms, version.sha256),
        decided=tuple(one for one in decisions_of(session, found.id) if one.contact_id == visitor.contact_id),
        views=views,
    )


def _entry() -> DecisionEntry:
    said = request.form
    value = said.get("value", Value.NO_DECISION.value)
    if value not in {one.value for one in VALUES}:
        raise Invalid("Choose what you decide.", fields={"value": ["Choose what you decide."]})
    viewing = declare(said.get("display", ""), said.get("room", ""), said.get("sound", ""))
    return DecisionEntry(said.get("label", ""), Value(value), viewing, said.get("statement_sha256", ""))


def _id(name: str) -> UUID:
    try:
        return UUID(request.form.get(name, ""))
    except ValueError as error:
        raise Invalid("This form is not whole. Open the page again.") from error


def _frame(session: Session, visitor: Visitor) -> int | None:
    link = visitor.opened.link
    if link is None:
        return None
    version = session.get_one(MaterialVersion, link.material_version_id)
    return frames_of(version).frame(request.form.get("timecode", "").strip())


def _refused(refusal: Refusal) -> AnyResponse:
    sentences = [sentence for found in refusal.fields.values() for sentence in found]
    return gate_page("refused", detail=refusal.detail, sentences=sentences, status=409)
