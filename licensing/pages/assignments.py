"""Pages of named seats, and of those who leave."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import render_template
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.forms import read_form, see_other, submits
from answerprint.core.http import current_actor, facility_zone, reads, writes
from answerprint.core.permissions import Permission
from licensing.models.entitlements import AssigneeKind
from licensing.pages.board import show_product
from licensing.pages.forms import AssignForm, LeaversForm, SwapForm
from licensing.queries.assignments import find_assignment, named_seat
from licensing.queries.catalogue import product_detail
from licensing.rules.leavers import read_leavers
from licensing.service.assignments import assign_seat, return_assignment, swap_seat
from licensing.service.leavers import return_all_of


@submits(Permission.SEATS_WRITE, shows=show_product)
def post_assignment(session: Session, product_id: UUID) -> Any:
    """Assign a named seat."""
    typed = read_form(AssignForm())
    kind = AssigneeKind(typed["kind"])
    assign_seat(session, current_actor(), product_id=product_id, kind=kind, assignee=typed["assignee"], on=_today())
    return see_other("licensing_pages.show_product", product_id=product_id, done="seat-assigned")


@reads(Permission.SEATS_WRITE)
def edit_assignment(session: Session, assignment_id: UUID) -> str:
    """Show the form that lets a named seat become another's."""
    seat = named_seat(session, find_assignment(session, assignment_id))
    product = product_detail(session, seat.product_id)
    return render_template("licensing/swap_form.html", seat=seat, product=product, is_early=_today() < seat.may_swap_on)


@submits(Permission.SEATS_WRITE, shows=edit_assignment)
def post_swap(session: Session, assignment_id: UUID) -> Any:
    """Let a named seat become another's."""
    typed = read_form(SwapForm())
    seat = swap_seat(session, current_actor(), assignment_id=assignment_id, on=_today(), **typed)
    return see_other("licensing_pages.show_product", product_id=seat.product_id, done="seat-swapped")


@writes(Permission.SEATS_WRITE)
def post_assignment_return(session: Session, assignment_id: UUID) -> Any:
    """Give a named seat back."""
    seat = return_assignment(session, current_actor(), assignment_id=assignment_id, on=_today())
    return see_other("licensing_pages.show_product", product_id=seat.product_id, done="assignment-returned")


@reads(Permission.SEATS_WRITE)
def new_leavers(session: Session) -> str:  # noqa: ARG001 - every page gets its session
    """Show the form that takes a list of leavers."""
    return render_template("licensing/leavers.html", found=None)


@submits(Permission.SEATS_WRITE, shows=new_leavers)
def post_leavers(session: Session) -> str:
    """Give back all that these people hold, and show what was found for whom."""
    leavers = read_leavers(read_form(LeaversForm())["leavers"])
    found = return_all_of(session, current_actor(), leavers=leavers, now=clock.now(), on=_today())
    return render_template("licensing/leavers.html", found=found)


def _today() -> date:
    return clock.now().astimezone(facility_zone()).date()
