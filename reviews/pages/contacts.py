"""A client's people, and the undertakings that they accept."""

from uuid import UUID

from flask import render_template
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from answerprint.core import clock
from answerprint.core.forms import read_form, see_other, submits
from answerprint.core.http import current_actor, page_request, reads
from answerprint.core.list_file import list_links
from answerprint.core.permissions import Permission
from facility.queries.projects import visible_client
from reviews.pages.forms import ContactForm, UndertakingForm
from reviews.pages.frame import blueprint
from reviews.queries.parties import contact_row, contacts_of, undertakings_of
from reviews.service.contacts import add_contact, change_contact
from reviews.service.undertakings import add_undertaking

_CONTACTS = "reviews_pages.show_contacts"


@blueprint.get("/reviews/clients/<uuid:client_id>/contacts")
@reads(Permission.REVIEWS_READ)
def show_contacts(session: Session, client_id: UUID) -> str:
    """Show a client's people, the newest first."""
    client = visible_client(session, current_actor(), client_id)
    page = contacts_of(session, current_actor(), client_id, page_request(str))
    links = list_links(_CONTACTS, page.next, file="reviews_pages.download_contacts", client_id=client_id)
    return render_template("reviews/contacts.html", client=client, contacts=page.items, **links)


@blueprint.get("/reviews/clients/<uuid:client_id>/contacts/new")
@reads(Permission.REVIEWS_WRITE)
def show_new_contact(session: Session, client_id: UUID) -> str:
    """Show the form that adds a contact."""
    client = visible_client(session, current_actor(), client_id)
    return render_template("reviews/contact_form.html", client=client, contact=None)


@blueprint.post("/reviews/clients/<uuid:client_id>/contacts/new")
@submits(Permission.REVIEWS_WRITE, shows=show_new_contact)
def post_new_contact(session: Session, client_id: UUID) -> Response:
    """Add a contact."""
    form = read_form(ContactForm(exclude=["version", "language"]))
    add_contact(session, current_actor(), client_id=client_id, **form, now=clock.now())
    return see_other(_CONTACTS, done="contact-added", client_id=client_id)


@blueprint.get("/reviews/contacts/<uuid:contact_id>/change")
@reads(Permission.REVIEWS_WRITE)
def show_contact_change(session: Session, contact_id: UUID) -> str:
    """Show the form of a contact."""
    contact = contact_row(session, current_actor(), contact_id)
    client = visible_client(session, current_actor(), contact.client_id)
    return render_template("reviews/contact_form.html", client=client, contact=contact)


@blueprint.post("/reviews/contacts/<uuid:contact_id>/change")
@submits(Permission.REVIEWS_WRITE, shows=show_contact_change)
def post_contact_change(session: Session, contact_id: UUID) -> Response:
    """Change a contact."""
    form = read_form(ContactForm())
    version = form.pop("version")
    form.setdefault("company", "")
    contact = change_contact(session, current_actor(), contact_id=contact_id, changes=form, version=version)  # type: ignore[arg-type]
    return see_other(_CONTACTS, done="contact-changed", client_id=contact.client_id)


@blueprint.get("/reviews/clients/<uuid:client_id>/undertakings")
@reads(Permission.REVIEWS_READ)
def show_undertakings(session: Session, client_id: UUID) -> str:
    """Show the texts that a client's people accept before they watch."""
    client = visible_client(session, current_actor(), client_id)
    found = undertakings_of(session, current_actor(), client_id)
    return render_template("reviews/undertakings.html", client=client, undertakings=found)


@blueprint.post("/reviews/clients/<uuid:client_id>/undertakings")
@submits(Permission.REVIEWS_WRITE, shows=show_undertakings)
def post_undertaking(session: Session, client_id: UUID) -> Response:
    """Add the text of an undertaking, or its next version."""
    form = read_form(UndertakingForm())
    add_undertaking(session, current_actor(), client_id=client_id, **form, now=clock.now())
    return see_other("reviews_pages.show_undertakings", done="undertaking-added", client_id=client_id)
