"""The page on which a client's signatory reads an agreement and accepts it; a print of it is the same page."""

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from answerprint.core import clock
from answerprint.core.http import database
from answerprint.core.problems import Refusal
from reviews.gate.frame import as_client, blueprint, gate_page, to_step, with_visit
from reviews.gate.language import say, say_moment
from reviews.queries.agreement_texts import text_of, who_is
from reviews.queries.agreements import acceptances_of, terms_of, version_by_id
from reviews.queries.gate import Visitor
from reviews.queries.held_agreements import STATES
from reviews.rules.gate import Step, proof_of
from reviews.rules.labels import parties_by_label
from reviews.service.acceptances import accept_for_client


def show_agreement(visitor: Visitor, problem: str = "") -> Response:
    """Show the text that both sides hold to, and how it stands; a signatory accepts it here."""
    version_id = visitor.opened.agreement_version_id
    if version_id is None:
        return gate_page("nothing", status=404)
    with database().reading() as session:
        version = version_by_id(session, version_id)
        parties = parties_by_label(terms_of(session, version_id))
        names = {label: who_is(session, party) for label, party in parties.items()}
        accepted = {one.side: say_moment(one.accepted_at) for one in acceptances_of(session, version_id)}
        text = text_of(session, version)
    return gate_page(
        "agreement",
        text=text,
        version=version,
        state=say(STATES[version.state]),
        names=names,
        accepted=accepted,
        problem=problem,
        status=409 if problem else 200,
    )


@blueprint.post("/visit/agreement")
@with_visit(Step.READY)
def post_agreement(visitor: Visitor) -> AnyResponse:
    """Accept the agreement, with the name that was typed and the hash of the text that was shown."""
    version_id = visitor.opened.agreement_version_id
    if version_id is None:
        return to_step()
    try:
        with database().transaction() as session:
            accept_for_client(
                session,
                as_client(visitor),
                version_id=version_id,
                proof=proof_of(visitor.proven),
                typed_name=request.form.get("typed_name", "")[:200],
                text_sha256=request.form.get("text_sha256", ""),
                now=clock.now(),
            )
    except Refusal as refusal:
        # The recipient is known here, and is told the reason.
        return show_agreement(visitor, say(refusal.detail))
    return to_step("accepted")
