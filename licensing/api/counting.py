"""The API of counting rules."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.http import current_actor, held_version, reads, tagged, writes
from answerprint.core.permissions import Permission
from licensing.queries.counted import CountedNow, counted_now
from licensing.queries.counting import CountingInForce, rule_in_force
from licensing.schemas.logs import CountedOut, CountingRuleIn, CountingRuleOut
from licensing.service.counting import change_counting_rule

blueprint = Blueprint("licensing_counting", __name__, url_prefix="/licensing", description="How seats are counted")


@blueprint.get("/products/<uuid:product_id>/counting-rule")
@reads(Permission.LICENSING_READ)
@blueprint.response(200, CountingRuleOut)
def get_counting_rule(session: Session, product_id: UUID) -> CountingInForce:
    """Show by which rule the seats of a product are counted."""
    return tagged(rule_in_force(session, product_id, at=None))


@blueprint.route("/products/<uuid:product_id>/counting-rule", methods=["PUT"])
@blueprint.arguments(CountingRuleIn)
@writes(Permission.CONTRACTS_WRITE)
@blueprint.response(200, CountingRuleOut)
def put_counting_rule(session: Session, payload: dict[str, Any], product_id: UUID) -> CountingInForce:
    """Count the seats of a product by another rule from now on."""
    changed = change_counting_rule(
        session, current_actor(), product_id=product_id, said=payload, version=held_version(), now=clock.now()
    )
    return tagged(changed)


@blueprint.get("/products/<uuid:product_id>/counted")
@reads(Permission.LICENSING_READ)
@blueprint.response(200, CountedOut)
def get_counted(session: Session, product_id: UUID) -> CountedNow:
    """Count who holds seats of a product now, by its counting rule."""
    return counted_now(session, product_id, clock.now())
