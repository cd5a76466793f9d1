"""The API of what ends: erasures and prunings by order of two people, holds, retention."""

from typing import Any
from uuid import UUID

from flask import current_app
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.http import current_actor, held_version, page_request, reads, tagged, writes
from answerprint.core.permissions import Permission
from audit.models import Order
from audit.queries.logs import log_named
from audit.queries.orders import (
    HoldRow,
    OrderRow,
    RetentionRow,
    hold_row,
    list_holds,
    list_orders,
    order_row,
    retention_of,
)
from audit.queries.subjects import scope_of, subject_of
from audit.rules import OrderKind, OrderState
from audit.schemas.orders import (
    HoldIn,
    HoldList,
    HoldOut,
    OrderDetailOut,
    OrderIn,
    OrderOut,
    OrderPage,
    OrderQuery,
    ReasonIn,
    RetentionIn,
    RetentionOut,
)
from audit.service.erasures import ask_erasure
from audit.service.holds import lift_hold, set_hold
from audit.service.orders import refuse_order, withdraw_order
from audit.service.prunings import ask_pruning
from audit.service.retention import set_retention

blueprint = Blueprint("audit_orders", __name__, url_prefix="/audit", description="Erasure, pruning, holds, retention")


@blueprint.get("/orders")
@blueprint.arguments(OrderQuery, location="query")
@reads(Permission.AUDIT_READ)
@blueprint.response(200, OrderPage)
def get_orders(session: Session, sought: dict[str, Any]) -> Any:
    """List orders, the newest first."""
    return list_orders(session, page_request(str), state=sought.get("state"))


@blueprint.post("/orders")
@blueprint.arguments(OrderIn)
@writes(Permission.AUDIT_ERASE)
@blueprint.response(201, OrderOut)
def post_order(session: Session, payload: dict[str, Any]) -> OrderRow:
    """Order an erasure or a pruning; nothing ends until another person approves."""
    made = _ask(session, payload)
    return tagged(order_row(session, made.id))


@blueprint.get("/orders/<uuid:order_id>")
@reads(Permission.AUDIT_READ)
@blueprint.response(200, OrderDetailOut)
def get_order(session: Session, order_id: UUID) -> dict[str, Any]:
    """Show one order, and how much an erasure that waits would take now."""
    order = tagged(order_row(session, order_id))
    if order.state != OrderState.ASKED or order.subject is None:
        return {"order": order, "subjects": 0, "logs": []}
    scope = scope_of(session, order.subject)
    return {"order": order, "subjects": len(scope.subjects), "logs": scope.logs}


@blueprint.post("/orders/<uuid:order_id>/approval")
@writes(Permission.AUDIT_ERASE)
@blueprint.response(200, OrderOut)
def post_approval(session: Session, order_id: UUID) -> OrderRow:
    """Carry out an order of somebody else's, now; it cannot be undone."""
    carry_out = current_app.extensions["answerprint.carry_out_order"]
    carry_out(session, current_actor(), order_id=order_id, now=clock.now())
    return tagged(order_row(session, order_id))


@blueprint.post("/orders/<uuid:order_id>/refusal")
@blueprint.arguments(ReasonIn)
@writes(Permission.AUDIT_ERASE)
@blueprint.response(200, OrderOut)
def post_refusal(session: Session, payload: dict[str, Any], order_id: UUID) -> OrderRow:
    """Refuse an order of somebody else's; nothing ends."""
    refuse_order(session, current_actor(), order_id=order_id, reason=payload["reason"], now=clock.now())
    return tagged(order_row(session, order_id))


@blueprint.post("/orders/<uuid:order_id>/withdrawal")
@writes(Permission.AUDIT_ERASE)
@blueprint.response(200, OrderOut)
def post_withdrawal(session: Session, order_id: UUID) -> OrderRow:
    """Take an order of one's own back; nothing ends."""
    withdraw_order(session, current_actor(), order_id=order_id, now=clock.now())
    return tagged(order_row(session, order_id))


@blueprint.get("/holds")
@reads(Permission.AUDIT_READ)
@blueprint.response(200, HoldList)
def get_holds(session: Session) -> dict[str, Any]:
    """List the legal holds, those that hold first."""
    return {"items": list_holds(session)}


@blueprint.post("/holds")
@blueprint.arguments(HoldIn)
@writes(Permission.AUDIT_ERASE)
@blueprint.response(201, HoldOut)
def post_hold(session: Session, payload: dict[str, Any]) -> HoldRow:
    """Hold a subject or a log: no order touches it until the hold is lifted."""
    subject = subject_of(session, payload["subject"]) if "subject" in payload else None
    made = set_hold(
        session,
        current_actor(),
        subject=subject,
        log_name=payload.get("log"),
        reason=payload["reason"],
        now=clock.now(),
    )
    return hold_row(session, made.id)


@blueprint.post("/holds/<uuid:hold_id>/lifting")
@writes(Permission.AUDIT_ERASE)
@blueprint.response(200, HoldOut)
def post_lifting(session: Session, hold_id: UUID) -> HoldRow:
    """Lift a hold."""
    lift_hold(session, current_actor(), hold_id=hold_id, now=clock.now())
    return hold_row(session, hold_id)


@blueprint.get("/logs/<name>/retention")
@reads(Permission.AUDIT_READ)
@blueprint.response(200, RetentionOut)
def get_retention(session: Session, name: str) -> RetentionRow:
    """Say how long a log keeps its entries at least."""
    return tagged(retention_of(session, log_named(session, name)))


@blueprint.put("/logs/<name>/retention")
@blueprint.arguments(RetentionIn)
@writes(Permission.AUDIT_ERASE)
@blueprint.response(200, RetentionOut)
def put_retention(session: Session, payload: dict[str, Any], name: str) -> RetentionRow:
    """Choose how long a log keeps its entries at least."""
    days, version = payload["days"], held_version()
    return tagged(set_retention(session, current_actor(), log_name=name, days=days, version=version))


def _ask(session: Session, asked: dict[str, Any]) -> Order:
    actor, now, ground = current_actor(), clock.now(), asked["ground"]
    if asked["kind"] == OrderKind.ERASURE:
        subject = subject_of(session, asked["subject"])
        return ask_erasure(session, actor, subject=subject, ground=ground, now=now)
    return ask_pruning(session, actor, log_name=asked["log"], minimum=asked["minimum"], ground=ground, now=now)
