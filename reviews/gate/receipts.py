"""The receipts of who passed the gate: proofs of the entries that say what they did, for anyone to check."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from flask import Response, current_app
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.http import database
from answerprint.core.sentences import Sentence
from reviews.gate.frame import blueprint, gate_page, with_visit
from reviews.gate.labels import DONE
from reviews.gate.language import say, say_moment
from reviews.queries.gate import Visitor
from reviews.queries.receipts import receipt_of, receipts_of
from reviews.rules.gate import Step


class Prover(Protocol):
    """Returns the proof of an entry of a log, by its kind and what it is about, once a checkpoint covers it."""

    def __call__(self, session: Session, log_name: str, kind: str, about: str, *, now: datetime) -> str | None:
        """Return the proof as text, or ``None``."""


@blueprint.get("/visit/receipts")
@with_visit(Step.READY)
def show_receipts(visitor: Visitor) -> Response:
    """List what this contact did, the newest first, each with its proof."""
    with database().reading() as session:
        found = receipts_of(session, visitor.contact_id, visitor.log)
    receipts = [(one.id, say(DONE.get(one.kind, one.kind)), say_moment(one.made_at)) for one in found]
    return gate_page("receipts", receipts=receipts)


@blueprint.get("/visit/receipts/<uuid:receipt_id>.tlog-proof")
@with_visit(Step.READY)
def get_receipt(visitor: Visitor, receipt_id: UUID) -> Response:
    """Hand the proof out; while no checkpoint covers it yet, say so."""
    prove: Prover = current_app.extensions["answerprint.receipt"]
    with database().reading() as session:
        found = receipt_of(session, visitor.contact_id, receipt_id)
        proof = prove(session, found.log, found.kind, found.about, now=clock.now()) if found is not None else None
    if found is None:
        return gate_page("nothing", status=404)
    if proof is None:
        detail = say(Sentence("It is not signed yet. Come back in a minute."))
        return gate_page("refused", detail=detail, status=409)
    disposition = f'attachment; filename="receipt-{receipt_id.hex[-8:]}.tlog-proof"'
    return Response(proof, content_type="text/plain; charset=utf-8", headers={"Content-Disposition": disposition})
