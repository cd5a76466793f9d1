"""The pictures of a product's use: its days against capacity, behind and ahead, and the busy hours of its weeks."""

from uuid import UUID

from flask import render_template
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.http import facility_zone
from licensing.pages import hours_picture, use_picture
from licensing.pages.use_words import said_picture
from licensing.queries.catalogue import product_detail
from licensing.queries.use_picture import product_use


def show_use(session: Session, product_id: UUID) -> str:
    """Show a product's use over time; raises ``NotInCatalogue``."""
    now, zone = clock.now(), facility_zone()
    today = now.astimezone(zone).date()
    product = product_detail(session, product_id)
    found = product_use(session, product_id, zone=zone, now=now)
    return render_template(
        "licensing/product_use.html",
        product=product,
        past=found.past,
        picture=use_picture.draw(found.past, today),
        words=said_picture(found.past, today),
        hours=hours_picture.draw(found.hours),
        today=today,
    )
