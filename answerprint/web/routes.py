"""Every floor's routes, in one list."""

import audit.api.blueprint
import audit.api.orders
import audit.pages.blueprint
import audit.pages.orders
import facility.api.people
import facility.api.projects
import facility.api.tokens
import facility.pages.blueprint
import licensing.api.board
import licensing.api.captures
import licensing.api.checkouts
import licensing.api.contracts
import licensing.api.products
import licensing.api.servers
import licensing.api.statements
import licensing.api.vendors
import licensing.pages.blueprint
from answerprint.web import api_pages, health, pages

API_BLUEPRINTS = (
    audit.api.blueprint.blueprint,
    audit.api.orders.blueprint,
    facility.api.people.blueprint,
    facility.api.projects.blueprint,
    facility.api.tokens.blueprint,
    licensing.api.board.blueprint,
    licensing.api.captures.blueprint,
    licensing.api.checkouts.blueprint,
    licensing.api.contracts.blueprint,
    licensing.api.products.blueprint,
    licensing.api.servers.blueprint,
    licensing.api.statements.blueprint,
    licensing.api.vendors.blueprint,
)
PAGE_BLUEPRINTS = (
    api_pages.blueprint,
    audit.pages.blueprint.blueprint,
    audit.pages.orders.blueprint,
    facility.pages.blueprint.blueprint,
    health.blueprint,
    licensing.pages.blueprint.blueprint,
    pages.blueprint,
)
