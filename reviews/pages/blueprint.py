"""All pages of reviews: importing their modules puts the views on the blueprint."""

from reviews.pages import (
    agreements,
    beginnings,
    contacts,
    incidents,
    links,
    list_files,
    lists,
    materials,
    naming,
    policies,
    projects,
    rounds,
    screenings,
    shipments,
    watched,
)
from reviews.pages.frame import blueprint

__all__ = [
    "agreements",
    "beginnings",
    "blueprint",
    "contacts",
    "incidents",
    "links",
    "list_files",
    "lists",
    "materials",
    "naming",
    "policies",
    "projects",
    "rounds",
    "screenings",
    "shipments",
    "watched",
]
