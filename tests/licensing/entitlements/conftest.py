"""Who asks and what there is, for the routes and pages of entitlements."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from answerprint.core.db import Database
from facility.roles import Role
from tests.licensing.factories import make_lot, make_product, make_vendor
from tests.web.browsers import Browser, program


@pytest.fixture(name="tech")
def _tech(app: Flask, database: Database) -> Browser:
    """Somebody of the technical staff at a browser."""
    return Browser(app, database, Role.TECH)


@pytest.fixture(name="api")
def _api(app: Flask, database: Database, tech: Browser) -> FlaskClient:
    """Their program."""
    return program(app, database, tech.person_id)


@pytest.fixture(name="lot")
def _lot(database: Database) -> dict[str, str]:
    """A lot of two named seats without end, and whose it is."""
    with database.transaction() as session:
        product = make_product(session, make_vendor(session))
        lot = make_lot(session, product, metric="named-user", quantity=2, ends_on=None)
        return {"product": str(product.id), "contract": str(lot.contract_id), "lot": str(lot.id)}
