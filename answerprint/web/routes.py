"""Every floor's routes, in one list."""

import audit.api.blueprint
import audit.api.orders
import audit.pages.blueprint
import audit.pages.orders
import facility.api.feeds
import facility.api.people
import facility.api.projects
import facility.api.tokens
import facility.pages.blueprint
import licensing.api.assignments
import licensing.api.board
import licensing.api.calendars
import licensing.api.captures
import licensing.api.checkouts
import licensing.api.contracts
import licensing.api.costs
import licensing.api.counting
import licensing.api.frozen_statements
import licensing.api.imports
import licensing.api.logs
import licensing.api.papers
import licensing.api.products
import licensing.api.reservations
import licensing.api.review
import licensing.api.servers
import licensing.api.statements
import licensing.api.vendors
import licensing.pages.blueprint
import reviews.api.agreements
import reviews.api.decisions
import reviews.api.freezes
import reviews.api.incidents
import reviews.api.links
import reviews.api.materials
import reviews.api.parties
import reviews.api.policies
import reviews.api.screenings
import reviews.api.shipments
import reviews.gate.blueprint
import reviews.pages.blueprint
from answerprint.web import api_pages, health, house_pages, pages

API_BLUEPRINTS = (
    audit.api.blueprint.blueprint,
    audit.api.orders.blueprint,
    facility.api.feeds.blueprint,
    facility.api.people.blueprint,
    facility.api.projects.blueprint,
    facility.api.tokens.blueprint,
    licensing.api.assignments.blueprint,
    licensing.api.imports.blueprint,
    licensing.api.papers.blueprint,
    licensing.api.review.blueprint,
    licensing.api.board.blueprint,
    licensing.api.calendars.blueprint,
    licensing.api.captures.blueprint,
    licensing.api.checkouts.blueprint,
    licensing.api.contracts.blueprint,
    licensing.api.costs.blueprint,
    licensing.api.frozen_statements.blueprint,
    licensing.api.counting.blueprint,
    licensing.api.logs.blueprint,
    licensing.api.products.blueprint,
    licensing.api.reservations.blueprint,
    licensing.api.servers.blueprint,
    licensing.api.statements.blueprint,
    licensing.api.vendors.blueprint,
    reviews.api.agreements.blueprint,
    reviews.api.decisions.blueprint,
    reviews.api.freezes.blueprint,
    reviews.api.incidents.blueprint,
    reviews.api.links.blueprint,
    reviews.api.materials.blueprint,
    reviews.api.parties.blueprint,
    reviews.api.policies.blueprint,
    reviews.api.screenings.blueprint,
    reviews.api.shipments.blueprint,
)
PAGE_BLUEPRINTS = (
    api_pages.blueprint,
    audit.pages.blueprint.blueprint,
    audit.pages.orders.blueprint,
    facility.pages.blueprint.blueprint,
    health.blueprint,
    house_pages.blueprint,
    licensing.pages.blueprint.blueprint,
    pages.blueprint,
    reviews.gate.blueprint.blueprint,
    reviews.pages.blueprint.blueprint,
)
