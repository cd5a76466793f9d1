"""From what an entry is about to its page: which noun has which page, for those who may see it."""

import re
from typing import Any
from uuid import UUID

from flask import Flask, current_app, url_for
from werkzeug.routing import BuildError

from answerprint.core.http import current_actor
from answerprint.web.gate import permission_of

OBJECTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "bundle": ("audit_pages.show_log", ("log_name",)),
    "client": ("facility_pages.show_client_change", ("client_id",)),
    "agreement": ("reviews_pages.show_version", ("version_id",)),
    "contact": ("reviews_pages.show_contact_change", ("contact_id",)),
    "contract": ("licensing_pages.show_contract", ("contract_id",)),
    "entry": ("audit_pages.show_entry", ("log_name", "index")),
    "export": ("audit_pages.show_export", ("job_id",)),
    "incident": ("reviews_pages.show_incident", ("incident_id",)),
    "link": ("reviews_pages.show_link", ("link_id",)),
    "log": ("audit_pages.show_log", ("log_name",)),
    "material": ("reviews_pages.show_material_version", ("version_id",)),
    "lot": ("licensing_pages.edit_lot", ("lot_id",)),
    "order": ("audit_orders_pages.show_order", ("order_id",)),
    "person": ("facility_pages.show_person", ("person_id",)),
    "product": ("licensing_pages.show_product", ("product_id",)),
    "project": ("facility_pages.show_project", ("project_id",)),
    "round": ("reviews_pages.show_round", ("round_id",)),
    "screening": ("reviews_pages.show_screening", ("screening_id",)),
    "shipment": ("reviews_pages.show_shipment", ("shipment_id",)),
    "statement": ("licensing_pages.show_frozen_statement", ("statement_id",)),
    "server": ("licensing_pages.show_server", ("server_id",)),
}
"""The page of each noun that has one, and what its address takes of ``noun:id``, parted by slashes."""

_NAME = re.compile(r"[a-z0-9-]+")


def register(app: Flask) -> None:
    """Give the templates of ``app`` the filter ``object_link``."""
    app.add_template_filter(object_link)


def object_link(about: object) -> str:
    """Return the address of the page of ``noun:id``; empty where there is none, or not for this reader."""
    noun, _, identity = str(about).partition(":")
    endpoint, names = OBJECTS.get(noun, ("", ()))
    view = current_app.view_functions.get(endpoint)
    permission = permission_of(view) if view is not None else None
    if permission is None or not current_actor().may(permission):
        return ""
    parts = identity.split("/")
    values: dict[str, Any] = dict(zip(names, parts, strict=False))
    if not all(_fits(name, part) for name, part in values.items()) or len(values) < len(names):
        return ""
    try:
        return url_for(endpoint, **values)
    except BuildError:
        return ""


def _fits(name: str, part: str) -> bool:
    if name == "index":
        return part.isascii() and part.isdigit()
    if name == "log_name":
        return bool(_NAME.fullmatch(part))
    try:
        return str(UUID(part)) == part
    except ValueError:
        return False
