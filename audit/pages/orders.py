"""The pages of what ends: who ordered what, the decision of somebody else, holds, retention and pruning."""

from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, render_template
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from answerprint.core import clock
from answerprint.core.forms import form_state, read_form, see_other, submits
from answerprint.core.http import current_actor, page_request, reads
from answerprint.core.list_file import list_links
from answerprint.core.permissions import Permission
from audit.models import Log
from audit.queries.logs import list_logs, log_named
from audit.queries.orders import list_holds, list_orders, order_row, prunable, retention_of
from audit.queries.subjects import scope_of, subject_of
from audit.rules import OrderState
from audit.schemas.orders import ErasureForm, HoldForm, LiftForm, PruningForm, ReasonIn, RetentionForm, SubjectForm
from audit.service.erasures import ask_erasure
from audit.service.holds import lift_hold, set_hold
from audit.service.orders import refuse_order, withdraw_order
from audit.service.prunings import ask_pruning
from audit.service.retention import set_retention

blueprint = Blueprint("audit_orders_pages", __name__, template_folder="../templates")

_ORDERS, _ORDER = "audit_orders_pages.show_orders", "audit_orders_pages.show_order"


@blueprint.get("/trail/orders")
@reads(Permission.AUDIT_READ)
def show_orders(session: Session) -> str:
    """Show the orders, the holds, and how long each log is kept."""
    page = list_orders(session, page_request(str))
    return render_template(
        "audit/orders.html",
        orders=page.items,
        **list_links(_ORDERS, page.next, file="audit_pages.download_orders"),
        holds=list_holds(session),
    )


@blueprint.get("/trail/orders/erasure")
@reads(Permission.AUDIT_ERASE)
def show_erasure(session: Session) -> str:
    """Show the form that orders an erasure: first whose values, then, with what it would take, why."""
    typed = form_state().values.get("subject", "")
    # A mail that cannot be told apart, or nothing typed, leads back to the first step; its problem is shown there.
    is_found = bool(typed) and "subject" not in form_state().fields
    return _erasure_form(session, subject_of(session, typed) if is_found else None)


@blueprint.post("/trail/orders/found")
@submits(Permission.AUDIT_ERASE, shows=show_erasure)
def post_search(session: Session) -> str:
    """Find whom a text means. It is sent as a form, so that no name stands in an address."""
    return _erasure_form(session, subject_of(session, read_form(SubjectForm())["subject"]))


@blueprint.post("/trail/orders/erasure")
@submits(Permission.AUDIT_ERASE, shows=show_erasure)
def post_erasure(session: Session) -> Response:
    """Order that somebody's values be erased."""
    form = read_form(ErasureForm())
    subject = subject_of(session, form["subject"])
    order = ask_erasure(session, current_actor(), subject=subject, ground=form["ground"], now=clock.now())
    return see_other(_ORDER, done="order-given", order_id=order.id)


@blueprint.get("/trail/orders/<uuid:order_id>")
@reads(Permission.AUDIT_READ)
def show_order(session: Session, order_id: UUID) -> str:
    """Show one order: what it would take, and what can be done with it."""
    order = order_row(session, order_id)
    waits = order.state == OrderState.ASKED
    return render_template(
        "audit/order.html",
        order=order,
        waits=waits,
        is_own=order.asked_by == current_actor().id,
        is_about_reader=order.subject == f"person:{current_actor().person_id}",
        scope=scope_of(session, order.subject) if waits and order.subject else None,
    )


@blueprint.post("/trail/orders/<uuid:order_id>/approve")
@submits(Permission.AUDIT_ERASE, shows=show_order)
def post_approval(session: Session, order_id: UUID) -> Response:
    """Carry out an order of somebody else's."""
    carry_out = current_app.extensions["answerprint.carry_out_order"]
    carry_out(session, current_actor(), order_id=order_id, now=clock.now())
    return see_other(_ORDER, done="order-carried-out", order_id=order_id)


@blueprint.post("/trail/orders/<uuid:order_id>/refuse")
@submits(Permission.AUDIT_ERASE, shows=show_order)
def post_refusal(session: Session, order_id: UUID) -> Response:
    """Refuse an order of somebody else's."""
    reason = read_form(ReasonIn())["reason"]
    refuse_order(session, current_actor(), order_id=order_id, reason=reason, now=clock.now())
    return see_other(_ORDER, done="order-refused", order_id=order_id)


@blueprint.post("/trail/orders/<uuid:order_id>/withdraw")
@submits(Permission.AUDIT_ERASE, shows=show_order)
def post_withdrawal(session: Session, order_id: UUID) -> Response:
    """Take an order of one's own back."""
    withdraw_order(session, current_actor(), order_id=order_id, now=clock.now())
    return see_other(_ORDER, done="order-withdrawn", order_id=order_id)


@blueprint.get("/trail/orders/hold")
@reads(Permission.AUDIT_ERASE)
def show_hold_form(session: Session) -> str:
    """Show the form that sets a hold."""
    return render_template("audit/orders_hold.html", logs=_choices(session))


@blueprint.post("/trail/orders/hold")
@submits(Permission.AUDIT_ERASE, shows=show_hold_form)
def post_hold(session: Session) -> Response:
    """Hold a subject or a log."""
    form = read_form(HoldForm())
    subject = subject_of(session, form["subject"]) if "subject" in form else None
    set_hold(
        session,
        current_actor(),
        subject=subject,
        log_name=form.get("log"),
        reason=form["reason"],
        now=clock.now(),
    )
    return see_other(_ORDERS, done="hold-set")


@blueprint.post("/trail/orders/lift")
@submits(Permission.AUDIT_ERASE, shows=show_orders)
def post_lifting(session: Session) -> Response:
    """Lift a hold."""
    lift_hold(session, current_actor(), hold_id=read_form(LiftForm())["hold"], now=clock.now())
    return see_other(_ORDERS, done="hold-lifted")


@blueprint.get("/trail/orders/retention")
@reads(Permission.AUDIT_READ)
def show_retention(session: Session) -> str:
    """Show how long each log is kept and how far it may be pruned, with the forms that change either."""
    logs = [_kept(session, log_named(session, one.name)) for one in list_logs(session)]
    return render_template("audit/orders_retention.html", logs=logs)


@blueprint.post("/trail/orders/retention")
@submits(Permission.AUDIT_ERASE, shows=show_retention)
def post_retention(session: Session) -> Response:
    """Choose how long a log is kept at least."""
    form = read_form(RetentionForm())
    set_retention(session, current_actor(), log_name=form["log"], days=form["days"], version=form["version"])
    return see_other("audit_orders_pages.show_retention", done="retention-set")


@blueprint.post("/trail/orders/pruning")
@submits(Permission.AUDIT_ERASE, shows=show_retention)
def post_pruning(session: Session) -> Response:
    """Order that a log be pruned."""
    form = read_form(PruningForm())
    order = ask_pruning(
        session,
        current_actor(),
        log_name=form["log"],
        minimum=form["minimum"],
        ground=form["ground"],
        now=clock.now(),
    )
    return see_other(_ORDER, done="order-given", order_id=order.id)


def _erasure_form(session: Session, subject: str | None) -> str:
    scope = scope_of(session, subject) if subject is not None else None
    return render_template("audit/orders_erasure.html", scope=scope)


def _choices(session: Session) -> list[tuple[str, str]]:
    return [("", "no log"), *((log.name, log.name) for log in list_logs(session))]


def _kept(session: Session, log: Log) -> dict[str, Any]:
    return {"retention": retention_of(session, log), "prunable": prunable(session, log, now=clock.now())}
