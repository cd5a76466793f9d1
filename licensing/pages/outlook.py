"""The page of what comes near: contracts by the day to act on, and when seats will not suffice."""

from dataclasses import dataclass
from datetime import date

from flask import render_template
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.http import facility_zone, reads
from answerprint.core.outbox import count_outbox
from answerprint.core.permissions import Permission
from licensing.pages import notice_picture
from licensing.pages.use_picture import UsePicture, draw
from licensing.pages.use_words import said_ahead, said_picture
from licensing.queries.contracts import list_contracts
from licensing.queries.deadlines import given_notices
from licensing.queries.outlook import ProductOutlook, outlook
from licensing.queries.use_picture import DaysOfUse, days_of
from licensing.rules.contracts import standing
from licensing.rules.use_days import UseWeek, use_weeks


@dataclass(frozen=True, slots=True)
class ShownProduct:
    """A product of the outlook: its picture, the weeks of the table behind, and both in words."""

    outlook: ProductOutlook
    picture: UsePicture
    weeks: list[UseWeek]
    words: str
    ahead: str


@reads(Permission.CONTRACTS_READ)
def show_outlook(session: Session) -> str:
    """Show the contracts by the day to act on, the notices given, and the forecasts."""
    now = clock.now()
    today = now.astimezone(facility_zone()).date()
    coming = [
        (row, standing(row.starts_on, row.ends_on, row.notice_on, today)) for row in list_contracts(session).items
    ]
    found = outlook(session, zone=facility_zone(), now=now)
    days = days_of(session, found, today)
    return render_template(
        "licensing/outlook.html",
        contracts=[(row, word) for row, word in coming if word != "ended"],
        notices=given_notices(session, on=today)[:20],
        mails=count_outbox(session),
        notice_picture=notice_picture.draw(coming, today),
        products=[_shown(one, days[one.product_id], today) for one in found],
        today=today,
    )


def _shown(one: ProductOutlook, days: DaysOfUse, today: date) -> ShownProduct:
    return ShownProduct(
        outlook=one,
        picture=draw(days, today),
        weeks=use_weeks(days.days, today),
        words=said_picture(days, today),
        ahead=said_ahead(days),
    )
