"""A fresh code before something is signed off: who left their browser open has not decided anything."""

from werkzeug.wrappers import Response as AnyResponse

from answerprint.core import clock
from answerprint.core.http import database
from reviews.gate.frame import as_client, blueprint, gate_page, to_step, with_cookie, with_visit
from reviews.gate.steps import check_code
from reviews.queries.gate import Visitor
from reviews.rules.codes import fresh_code
from reviews.rules.gate import Step
from reviews.service.codes import give_signing_code, send_signing_code


@blueprint.get("/visit/signing")
@with_visit(Step.READY)
def show_signing(visitor: Visitor) -> AnyResponse:
    """Show the form of the fresh code, or that it was given."""
    return gate_page("signing", is_given=visitor.signs_now)


@blueprint.post("/visit/signing/request")
@with_visit(Step.READY)
def post_signing_request(visitor: Visitor) -> AnyResponse:
    """Send the recipient a fresh code."""
    code = fresh_code()
    with database().transaction() as session:
        send_signing_code(session, as_client(visitor), visit_id=visitor.visit_id, code=code, now=clock.now())
    return _to_signing("asked")


@blueprint.post("/visit/signing")
@with_visit(Step.READY)
def post_signing(visitor: Visitor) -> AnyResponse:
    """Take the fresh code; then decide, within ten minutes."""
    check = check_code(visitor.visit_id)
    with database().transaction() as session:
        opened = give_signing_code(session, as_client(visitor), visit_id=visitor.visit_id, check=check, now=clock.now())
    return with_cookie(to_step(), opened) if opened is not None else _to_signing("code-refused")


def _to_signing(said: str) -> AnyResponse:
    return to_step(said, page="reviews_gate.show_signing")
