"""The steps of the gate: the page of the one that comes next, and the forms that take it."""

from collections.abc import Callable
from uuid import UUID

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from answerprint.core import clock
from answerprint.core.http import database
from answerprint.core.problems import StaleVersion
from reviews.gate.frame import (
    as_client,
    as_stranger,
    blueprint,
    gate_page,
    to_step,
    with_cookie,
    with_visit,
    without_cookie,
)
from reviews.gate.ready import show_ready, show_told
from reviews.queries.gate import Visitor, open_code
from reviews.queries.parties import undertaking_by_id
from reviews.rules.codes import CodeCheck, fits_stored, fresh_code, typed_code
from reviews.rules.gate import Step, VisitSecret
from reviews.rules.passphrases import check_typed
from reviews.rules.totp import enrolment_uri, typed_secret
from reviews.service.codes import give_code, send_code
from reviews.service.gate import end_visit
from reviews.service.proofs import accept_nda, give_passphrase
from reviews.service.totp import begin_enrolment, enrol_totp, give_totp


@blueprint.get("/visit")
@with_visit(*Step)
def show_visit(visitor: Visitor | None) -> AnyResponse:
    """Show what the visitor is asked next."""
    if visitor is None:
        return gate_page("code")
    return _PAGES[visitor.step](visitor)


@blueprint.post("/visit/code/request")
@with_visit(Step.CODE)
def post_code_request(visitor: Visitor | None) -> AnyResponse:
    """Send the recipient a code, or do as long as if."""
    code = fresh_code()
    if visitor is not None:
        with database().transaction() as session:
            send_code(session, as_stranger(), visit_id=visitor.visit_id, code=code, now=clock.now())
    return to_step("asked")


@blueprint.post("/visit/code")
@with_visit(Step.CODE)
def post_code(visitor: Visitor | None) -> AnyResponse:
    """Take the code of the mailbox."""
    check = check_code(visitor.visit_id if visitor is not None else None)
    if visitor is None:
        return to_step("code-refused")
    with database().transaction() as session:
        opened = give_code(session, as_stranger(), visit_id=visitor.visit_id, check=check, now=clock.now())
    return after(opened, "code-refused")


@blueprint.post("/visit/passphrase")
@with_visit(Step.PASSPHRASE)
def post_passphrase(visitor: Visitor) -> AnyResponse:
    """Take the passphrase."""
    stored = visitor.opened.link.passphrase_hash if visitor.opened.link is not None else None
    check = check_typed(stored, request.form.get("passphrase", ""))
    with database().transaction() as session:
        opened = give_passphrase(session, as_client(visitor), visit_id=visitor.visit_id, check=check, now=clock.now())
    return after(opened, "phrase-refused")


@blueprint.post("/visit/authenticator/new")
@with_visit(Step.ENROL)
def post_enrolment(visitor: Visitor) -> Response:
    """Show the secret of a new authenticator, in the answer to this form only."""
    with database().transaction() as session:
        new = begin_enrolment(session, as_client(visitor), visit_id=visitor.visit_id, now=clock.now())
    uri = enrolment_uri(new.secret, account=visitor.opened.contact.email, issuer="Screening")
    return gate_page("enrol", typed=typed_secret(new.secret), uri=uri)


@blueprint.post("/visit/authenticator/first")
@with_visit(Step.ENROL)
def post_first_code(visitor: Visitor) -> AnyResponse:
    """Take the first code of a new authenticator."""
    code = typed_code(request.form.get("code", ""))
    with database().transaction() as session:
        opened = enrol_totp(session, as_client(visitor), visit_id=visitor.visit_id, code=code, now=clock.now())
    return after(opened, "app-refused")


@blueprint.post("/visit/authenticator")
@with_visit(Step.TOTP)
def post_authenticator(visitor: Visitor) -> AnyResponse:
    """Take a code of the authenticator."""
    code = typed_code(request.form.get("code", ""))
    with database().transaction() as session:
        opened = give_totp(session, as_client(visitor), visit_id=visitor.visit_id, code=code, now=clock.now())
    return after(opened, "app-refused")


@blueprint.post("/visit/undertaking")
@with_visit(Step.UNDERTAKING)
def post_undertaking(visitor: Visitor) -> AnyResponse:
    """Accept the undertaking as it was shown."""
    read = request.form.get("text_sha256", "")
    try:
        with database().transaction() as session:
            opened = accept_nda(
                session, as_client(visitor), visit_id=visitor.visit_id, text_sha256=read, now=clock.now()
            )
    except StaleVersion:
        return to_step("read-again")
    return after(opened, "read-again")


@blueprint.post("/visit/end")
@with_visit(*Step)
def post_end(visitor: Visitor | None) -> AnyResponse:
    """End the visit in this browser, and say so, whether there was one or not."""
    if visitor is not None and visitor.step is not Step.ENDED:
        who = as_client(visitor) if visitor.proven.mailbox else as_stranger()
        with database().transaction() as session:
            end_visit(session, who, visit_id=visitor.visit_id, now=clock.now())
    return without_cookie(gate_page("ended"))


def check_code(visit_id: UUID | None) -> CodeCheck:
    """Hold the code that was typed against the one a visit waits for; against none it takes as long."""
    waiting = None
    if visit_id is not None:
        with database().reading() as session:
            waiting = open_code(session, visit_id, now=clock.now())
    typed = request.form.get("code", "")
    return CodeCheck(waiting.id if waiting else None, fits_stored(waiting.code_hash if waiting else None, typed))


def after(opened: VisitSecret | None, refused: str) -> AnyResponse:
    """Lead on with the visit's new secret, or back to the same step with why it is asked again."""
    return with_cookie(to_step(), opened) if opened is not None else to_step(refused)


def _show_undertaking(visitor: Visitor) -> Response:
    nda_text_id = visitor.opened.link.nda_text_id if visitor.opened.link is not None else None
    if nda_text_id is None:
        return gate_page("nothing", status=404)
    with database().reading() as session:
        return gate_page("undertaking", undertaking=undertaking_by_id(session, nda_text_id))


def _show_told(visitor: Visitor) -> Response:
    return show_told(visitor.opened.link, visitor.standing)


_PAGES: dict[Step, Callable[[Visitor], AnyResponse]] = {
    Step.CODE: lambda _: gate_page("code"),
    Step.PASSPHRASE: lambda _: gate_page("passphrase"),
    Step.ENROL: lambda _: gate_page("enrol", typed="", uri=""),
    Step.TOTP: lambda _: gate_page("totp"),
    Step.UNDERTAKING: _show_undertaking,
    Step.READY: show_ready,
    Step.TOLD: _show_told,
    Step.ENDED: lambda _: gate_page("ended"),
}
