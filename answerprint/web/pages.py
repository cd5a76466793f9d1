"""The first page: what of today waits for whoever looks, as far as they may know of it, and what they can do first."""

from collections.abc import Iterator
from typing import cast

from flask import Blueprint, current_app, render_template
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.http import current_actor, facility_zone, reads
from answerprint.core.permissions import Permission
from answerprint.web.settings import Settings
from answerprint.web.today.house import house_groups, own_tokens
from answerprint.web.today.matters import Group, Looker
from answerprint.web.today.reviews import incident_group, review_groups
from answerprint.web.today.seats import contract_group, reservation_group, seat_groups
from answerprint.web.today.steps import first_ways, project_rows
from answerprint.web.today.trail import trail_groups
from audit.keys import LogKeys

blueprint = Blueprint("today_pages", __name__)


@blueprint.get("/")
@reads(Permission.SELF)
def show_today(session: Session) -> str:
    """Show what waits for whoever looks, each with the one act beside it."""
    looker = Looker(current_actor(), clock.now(), facility_zone())
    groups = list(_groups(session, looker))
    projects, more_projects = project_rows(session, looker)
    return render_template(
        "today.html",
        today=looker.today,
        groups=[one for one in groups if one.matters],
        quiet=[one for one in groups if not one.matters],
        waiting=sum(len(one.matters) for one in groups),
        projects=projects,
        more_projects=more_projects,
        ways=first_ways(session, looker),
    )


def _groups(session: Session, looker: Looker) -> Iterator[Group]:
    if looker.may(Permission.REVIEWS_WRITE):
        yield from review_groups(session, looker)
    elif looker.may(Permission.REVIEWS_FREEZE):
        yield incident_group(session, looker)
    if looker.may(Permission.RESERVATIONS_WRITE):
        yield reservation_group(session, looker)
    if looker.may(Permission.CAPTURES_WRITE):
        yield from seat_groups(session, looker)
    if looker.may(Permission.CONTRACTS_WRITE):
        yield contract_group(session, looker)
    if looker.may(Permission.AUDIT_READ):
        yield from trail_groups(session, looker, cast("LogKeys", current_app.extensions["answerprint.log_keys"]))
    if looker.may(Permission.PEOPLE_WRITE):
        settings = cast("Settings", current_app.extensions["answerprint.settings"])
        yield from house_groups(session, looker, sends_mail=settings.smtp is not None)
    else:
        yield own_tokens(session, looker)
