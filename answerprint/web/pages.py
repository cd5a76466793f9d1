"""The first page: what of today needs somebody, as far as they may know of it."""

from collections.abc import Iterator
from datetime import date, datetime

from flask import Blueprint, render_template, url_for
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.http import current_actor, facility_zone, reads
from answerprint.core.permissions import Permission
from answerprint.web.matters import Matter, review_matters
from audit.queries.logs import list_logs
from licensing.queries.board import seats_board
from licensing.queries.catalogue import list_vendors
from licensing.queries.contracts import list_contracts
from licensing.queries.observed import server_states
from licensing.rules.contracts import standing
from licensing.rules.observation import SILENT

blueprint = Blueprint("today_pages", __name__)


@blueprint.get("/")
@reads(Permission.SELF)
def show_today(session: Session) -> str:
    """Show what needs somebody today."""
    actor, now = current_actor(), clock.now()
    today = now.astimezone(facility_zone()).date()
    matters: list[Matter] = []
    if actor.may(Permission.REVIEWS_READ):
        matters += review_matters(session, actor, now=now, today=today)
    if actor.may(Permission.LICENSING_READ):
        matters += [*_seats(session, today, now), *_servers(session, now)]
    if actor.may(Permission.CONTRACTS_READ):
        matters += _contracts(session, today)
    return render_template(
        "today.html",
        today=today,
        matters=matters,
        logs=list_logs(session) if actor.may(Permission.AUDIT_READ) else [],
        is_new=actor.may(Permission.CONTRACTS_WRITE) and not list_vendors(session).items,
    )


def _seats(session: Session, today: date, now: datetime) -> Iterator[Matter]:
    for row in seats_board(session, on=today, now=now):
        href = url_for("licensing_pages.show_product", product_id=row.product_id)
        if row.over:
            sentence = f"{row.over:,} more in use than the lots of today give."
            yield Matter(state="over", name=row.product, href=href, sentence=sentence)
        elif row.queued:
            yield Matter(state="queued", name=row.product, href=href, sentence=f"{row.queued:,} wait for a seat.")


def _servers(session: Session, now: datetime) -> Iterator[Matter]:
    for seen in server_states(session, now):
        if seen.freshness in SILENT:
            href = url_for("licensing_pages.show_server", server_id=seen.server_id)
            sentence = "Its use is unknown, not zero." if seen.taken_at else "Nothing was heard of it yet."
            yield Matter(seen.freshness.value, seen.server, href, sentence, moment=seen.taken_at)


def _contracts(session: Session, today: date) -> Iterator[Matter]:
    for row in list_contracts(session).items:
        word = standing(row.starts_on, row.ends_on, row.notice_on, today)
        if word in ("notice", "ending") and row.acts_on is not None:
            href = url_for("licensing_pages.show_contract", contract_id=row.id)
            act = "Give notice by" if word == "notice" else "Ends"
            yield Matter(word, f"{row.number}, {row.vendor_name}", href, act, day=row.acts_on)
