"""The demo's mailbox: a made-up facility sends no mail, so what waits in its outbox is read on a page.

The mails hold links and codes, which are secrets of the people they are for. So this is a part of no ordinary app: only
``answerprint demo`` adds it, and only where the database is a demo's own.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Flask, current_app, render_template
from markupsafe import Markup, escape
from sqlalchemy import select
from sqlalchemy.orm import Session

from answerprint.core.db import Database
from answerprint.core.http import reads
from answerprint.core.outbox import OutboxMail
from answerprint.core.permissions import Permission
from answerprint.core.problems import Conflict
from audit.models import Log
from audit.record import HOUSE

DEMO_ORIGIN = "demo.example/answerprint"
"""The name of a demo's logs: it stands in the database for ever, and no real facility has it."""
_MOST = 100
_ADDRESS = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:)]")
_HERE = re.compile(r"http://(?:127\.0\.0\.1|localhost):\d+(?=/)")

blueprint = Blueprint("demo_pages", __name__)


class NotADemo(Conflict):
    """The database is a facility's own, whose mails nobody reads here."""

    code = "not-a-demo"


@dataclass(frozen=True, slots=True)
class WaitingMail:
    """A mail that waits, as its recipient would read it."""

    recipient: str
    subject: str
    text: Markup
    attachment: str
    made_at: datetime


def require_demo(database: Database) -> None:
    """Raise ``NotADemo`` where the logs of a database are not named as a demo's."""
    with database.reading() as session:
        origin = session.scalar(select(Log.origin).where(Log.name == HOUSE)) or "nobody"
    if origin.partition("/")[0] != DEMO_ORIGIN.partition("/")[0]:
        sentence = f"This database belongs to {origin}, and the demo would show its mails."
        raise NotADemo(f"{sentence} Leave ANSWERPRINT_DATABASE, ANSWERPRINT_HOME and ANSWERPRINT_ORIGIN unset.")


def add_mailbox(app: Flask, database: Database) -> None:
    """Give a demo's app its mailbox; raises ``NotADemo``."""
    require_demo(database)
    app.register_blueprint(blueprint)


@blueprint.get("/demo/mailbox")
@reads(Permission.SELF)
def show_mailbox(session: Session) -> str:
    """Show the mails that wait in the outbox, the newest first."""
    return render_template("mailbox.html", mails=waiting_mails(session, str(current_app.config["ANSWERPRINT_URL"])))


def waiting_mails(session: Session, url: str) -> Sequence[WaitingMail]:
    """Return the mails that wait, the newest first; links of this machine lead to ``url``, where it serves now."""
    unsent = select(OutboxMail).where(OutboxMail.sent_at.is_(None), OutboxMail.body != "")
    rows = session.scalars(unsent.order_by(OutboxMail.made_at.desc(), OutboxMail.id.desc()).limit(_MOST))
    return [
        WaitingMail(row.recipient, row.subject, _with_links(row.body, url), row.attachment_name, row.made_at)
        for row in rows
    ]


def _with_links(text: str, url: str) -> Markup:
    # The demo may have served at another port when the mail was written.
    return Markup().join(_pieces(_HERE.sub(lambda _: url, text)))


def _pieces(text: str) -> Iterator[Markup]:
    end = 0
    for found in _ADDRESS.finditer(text):
        yield escape(text[end : found.start()])
        yield Markup('<a href="{0}">{0}</a>').format(found.group())
        end = found.end()
    yield escape(text[end:])
