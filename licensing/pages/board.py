"""The seats board, and a product's page: who holds what since when, seats out and seats back."""

from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.forms import read_form, see_other, submits
from answerprint.core.http import current_actor, facility_zone, reads, writes
from answerprint.core.paging import PageRequest
from answerprint.core.permissions import Permission
from facility.queries.projects import visible_projects
from licensing.pages.forms import CheckOutForm
from licensing.pages.logs import denials_shown
from licensing.pages.named_seats import named_shown
from licensing.pages.product_use import show_use
from licensing.pages.reservations import timeline_of
from licensing.pages.spark_picture import draw
from licensing.queries.board import seats_board
from licensing.queries.catalogue import FIRST, list_vendors, product_detail
from licensing.queries.checkouts import open_checkouts
from licensing.queries.contracts import lot_terms
from licensing.queries.last_day import last_day
from licensing.queries.observed import seen_holders, server_states
from licensing.rules.board import BoardRow
from licensing.rules.last_day import sample_times
from licensing.rules.leases import MINUTES
from licensing.rules.observation import SILENT
from licensing.service.checkouts import check_out_seat
from licensing.service.leases import extend_checkout, return_seat


@reads(Permission.LICENSING_READ)
def show_board(session: Session) -> str:
    """Show every product's seats, a line each.

    ``part=rows`` is the lines alone, for a page that stays open, and ``part=day`` the last 24 hours as a table.
    """
    now, zone = clock.now(), facility_zone()
    sought = request.args.get("q", "").strip()
    board = seats_board(session, on=now.astimezone(zone).date(), now=now)
    rows = [row for row in board if sought.casefold() in f"{row.vendor} {row.product}".casefold()]
    lines = last_day(session, rows, zone=zone, now=now)
    if request.args.get("part") == "day":
        heads = [f"{at.astimezone(zone):%H:%M}" for at in sample_times(now)]
        return render_template("licensing/last_day.html", rows=rows, sought=sought, lines=lines, heads=heads)
    shown: dict[str, Any] = {"rows": rows, "sought": sought, "days": {one: draw(line) for one, line in lines.items()}}
    if request.args.get("part") == "rows":
        return render_template("licensing/board_rows.html", **shown)
    return render_template(
        "licensing/board.html",
        **shown,
        products=len(board),
        over=sum(1 for row in board if row.over),
        silent=sum(1 for row in board if row.freshness in SILENT),
        has_vendors=bool(list_vendors(session, PageRequest(limit=1)).items),
        rows_href=url_for("licensing_pages.show_board", part="rows", q=sought),
    )


@reads(Permission.LICENSING_READ)
def show_product(session: Session, product_id: UUID) -> str:
    """Show a product's seats: who holds what since when, here and on its servers, and the lots of today.

    ``part=use`` is its use over time, which takes longer to read.
    """
    if request.args.get("part") == "use":
        return show_use(session, product_id)
    now = clock.now()
    today = now.astimezone(facility_zone()).date()
    product = product_detail(session, product_id)
    serving = {feature.server_id for feature in product.features}
    projects = visible_projects(session, current_actor(), FIRST).items
    picture, days = timeline_of(session, product_id)
    return render_template(
        "licensing/product.html",
        product=product,
        row=_board_row(session, product_id),
        leases=open_checkouts(session, product_id, now),
        holders=seen_holders(session, product_id, now),
        servers=[seen for seen in server_states(session, now) if seen.server_id in serving],
        lots=[lot for lot in lot_terms(session, [product_id])[product_id] if lot.covers(today)],
        project_codes={project.id: project.code for project in projects},
        project_choice=[("", "none"), *((str(one.id), f"{one.code} {one.name}") for one in projects if one.is_open)],
        minutes=MINUTES,
        picture=picture,
        **denials_shown(session, product_id),
        **named_shown(session, product_id, today),
        days=days,
        today=today,
    )


@submits(Permission.SEATS_WRITE, shows=show_product)
def post_checkout(session: Session, product_id: UUID) -> Any:
    """Check seats of a product out."""
    now = clock.now()
    on = now.astimezone(facility_zone()).date()
    form = read_form(CheckOutForm())
    lease = check_out_seat(
        session, current_actor(), product_id=product_id, **form, now=now, on=on, zone=facility_zone()
    )
    done = "seat-checked-out-shorter" if lease.cut_on else "seat-checked-out"
    return see_other("licensing_pages.show_product", product_id=product_id, done=done)


@writes(Permission.SEATS_WRITE)
def post_return(session: Session, checkout_id: UUID) -> Any:
    """Bring the seats of a checkout back."""
    lease = return_seat(session, current_actor(), checkout_id=checkout_id, now=clock.now())
    return see_other("licensing_pages.show_product", product_id=lease.product_id, done="seat-returned")


@writes(Permission.SEATS_WRITE)
def post_extension(session: Session, checkout_id: UUID) -> Any:
    """Put the end of a checkout off."""
    actor, now = current_actor(), clock.now()
    lease = extend_checkout(session, actor, checkout_id=checkout_id, now=now, zone=facility_zone())
    done = "seat-extended-shorter" if lease.cut_on else "seat-extended"
    return see_other("licensing_pages.show_product", product_id=lease.product_id, done=done)


def _board_row(session: Session, product_id: UUID) -> BoardRow:
    now = clock.now()
    board = seats_board(session, on=now.astimezone(facility_zone()).date(), now=now)
    return next(row for row in board if row.product_id == product_id)
