"""The house on one page: what an admin looks after, each with what it is for, and the settings in force."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from flask import Blueprint, current_app, render_template, url_for
from sqlalchemy.orm import Session

from answerprint.core.http import current_actor, reads
from answerprint.core.outbox import count_outbox
from answerprint.core.permissions import Permission
from answerprint.web.settings import Settings

blueprint = Blueprint("house_pages", __name__)


@dataclass(frozen=True, slots=True)
class Place:
    """A part of the house: where it is looked after, and what a change there does."""

    name: str
    href: str
    sentence: str


@blueprint.get("/house")
@reads(Permission.PEOPLE_READ)
def show_house(session: Session) -> str:
    """Show what there is to look after, whether mail goes out, and the settings in force, without secrets."""
    settings = cast("Settings", current_app.extensions["answerprint.settings"])
    return render_template(
        "house.html",
        places=list(_places()),
        outbox=count_outbox(session),
        mail_server=f"{settings.smtp.host}:{settings.smtp.port}" if settings.smtp is not None else "",
        mail_from=settings.mail_from,
        settings=settings_in_force(settings),
    )


def settings_in_force(settings: Settings) -> list[tuple[str, str]]:
    """Return the settings by name as a page may show them: no password, and of an address only where it leads."""
    silence = settings.heartbeat
    return [
        ("ANSWERPRINT_HOME", str(settings.home)),
        ("ANSWERPRINT_DATABASE", _place_of(settings.database)),
        ("ANSWERPRINT_URL", settings.url),
        ("ANSWERPRINT_PROXIES", str(settings.proxies)),
        ("ANSWERPRINT_ORIGIN", settings.origin),
        ("ANSWERPRINT_ZONE", settings.zone.key),
        ("ANSWERPRINT_KEY_FILE", str(settings.key_file)),
        ("ANSWERPRINT_KEY_PASSPHRASE_FILE", str(settings.key_passphrase_file or "none")),
        ("ANSWERPRINT_MLDSA_KEY_FILE", str(settings.mldsa_key_file or "none")),
        ("ANSWERPRINT_SEAL_FILE", str(settings.seal_file)),
        ("ANSWERPRINT_SECOND_PLACE", str(settings.second_place)),
        ("ANSWERPRINT_POLICIES", str(settings.policies)),
        ("ANSWERPRINT_HEARTBEAT", f"{int(silence.total_seconds()) // 60} minutes" if silence else "never"),
        ("ANSWERPRINT_EXPORTS", str(settings.exports)),
        ("ANSWERPRINT_MEDIA", str(settings.media)),
        ("ANSWERPRINT_SMTP_URL", f"{settings.smtp.host}:{settings.smtp.port}" if settings.smtp else "none"),
        ("ANSWERPRINT_MAIL_FROM", settings.mail_from),
    ]


def _place_of(database: str) -> str:
    """Return a database's address without who signs in to it, and without what else it carries."""
    scheme, _, rest = database.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2].partition('?')[0]}"


def _places() -> Iterator[Place]:
    yield Place("People and roles", url_for("facility_pages.show_people"), _PEOPLE)
    yield Place("Clients", url_for("facility_pages.show_clients"), _CLIENTS)
    yield Place("Projects", url_for("facility_pages.show_projects"), _PROJECTS)
    yield Place("Tokens", url_for("facility_pages.show_tokens"), _TOKENS)
    yield Place("Licence servers", f"{url_for('licensing_pages.show_catalogue')}", _SERVERS)
    yield Place("Policies", url_for("reviews_pages.show_policy"), _POLICIES)
    if current_actor().may(Permission.AUDIT_READ):
        yield Place("Keys", url_for("audit_pages.show_keys"), _KEYS)
        yield Place("Retention", url_for("audit_orders_pages.show_retention"), _RETENTION)
        yield Place("Orders and holds", url_for("audit_orders_pages.show_orders"), _ORDERS)


_PEOPLE = "Who may sign in and what they may do. Who leaves is deactivated, and never deleted."
_CLIENTS = "For whom the house works. Each has a signed log of its own, which can be handed over whole."
_PROJECTS = "What is worked on, under a code. Producers see the projects that they are on, and no other."
_TOKENS = "Ways in for programs, in your name. Other people's are revoked at the person; a program stops at once."
_SERVERS = "What is asked who holds which seat. What no server says is unknown, never zero."
_POLICIES = "What every agreement and link must ask for at least. A change counts from the next one on."
_KEYS = "What signs the logs, since when, and how to change it."
_RETENTION = "How long each log keeps its entries at least. Nothing goes by itself."
_ORDERS = "Erasures and prunings, which two people decide, and the holds that stop both."
