"""The pages of verifications: verify everything now, watch how far it is, read the verdict."""

from typing import Any
from uuid import UUID

from flask import Response, jsonify, render_template
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Redirect

from answerprint.core import clock
from answerprint.core.forms import see_other
from answerprint.core.http import current_actor, database, reads
from answerprint.core.permissions import Permission
from audit import serving
from audit.pages.erased import orders_behind
from audit.pages.frame import blueprint, verifications
from audit.record import HOUSE
from audit.verification import Means, Verification
from audit.verifying import VerifyJob, job_of, start_verifying
from audit.witnessrows import GivenPolicy

PATIENCE = 2.0
"""Seconds that somebody waits for a verdict before a bar says how far it is."""


def verdict_word(verdict: Verification) -> str:
    """Say a verdict in a word; ``not all checked`` where values stayed sealed, or witnesses are unknown here."""
    if not verdict.holds:
        return "fails"
    is_all = verdict.is_pinned and not any(log.unopened or log.cosignatures_unchecked for log in verdict.logs)
    return "all holds" if is_all else "not all checked"


@blueprint.post("/trail/verify")
@reads(Permission.AUDIT_READ)
def verify_now(session: Session) -> Redirect:  # noqa: ARG001 - every page gets its session
    """Have every row of the trail read and hashed now, and lead to the verdict. That it was read is recorded."""
    given = [GivenPolicy(one.policy, one.sha256) for all_of in serving.policies().by_log.values() for one in all_of]
    job_id = start_verifying(
        database(),
        verifications(),
        current_actor(),
        # The key comes from its file, not from the database that is verified.
        trusted=[serving.trusted_key()],
        means=Means(policies=given),
        now=clock.now(),
        patience=PATIENCE,
    )
    return see_other("audit_pages.show_verdict", job_id=job_id)


@blueprint.get("/trail/verdicts/<uuid:job_id>")
@reads(Permission.AUDIT_READ)
def show_verdict(session: Session, job_id: UUID) -> str:
    """Show how far a verification is, and then what it found and what that proves."""
    job = job_of(verifications(), job_id)
    erased = [one.order for log in job.verdict.logs for one in log.erasures] if job.verdict else []
    orders = orders_behind(session, erased)
    return render_template(
        "audit/verdict.html", job=job, state=job.state(clock.now()).value, orders=orders, **_said(job)
    )


@blueprint.get("/trail/verdicts/<uuid:job_id>/progress")
@reads(Permission.AUDIT_READ)
def show_verify_progress(session: Session, job_id: UUID) -> Response:  # noqa: ARG001 - every page gets its session
    """Say how far a verification is, for the page that shows its bar."""
    job = job_of(verifications(), job_id)
    return jsonify(state=job.state(clock.now()).value, done=job.done, total=job.total)


def _said(job: VerifyJob) -> dict[str, Any]:
    """Return how the verdict stands in a word, and whose house it is of."""
    verdict = job.verdict
    if verdict is None:
        return {"word": "", "origin": ""}
    origin = next((log.origin for log in verdict.logs if log.name == HOUSE), "").rpartition("/")[0]
    return {"word": verdict_word(verdict), "origin": origin}
