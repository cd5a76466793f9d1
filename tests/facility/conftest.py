"""Fixtures of the facility's pages and API: an admin, and their browser."""

import pytest
from flask.testing import FlaskClient

from answerprint.core import clock
from answerprint.core.db import Database
from facility.models import Person
from facility.roles import Role
from tests.facility.browser import Browser, Program, program_of
from tests.facility.factories import make_person


@pytest.fixture(name="ada")
def _ada(database: Database) -> Person:
    """An admin."""
    with database.transaction() as session:
        return make_person(session, Role.ADMIN, email="ada@post.example", name="Ada Keller", now=clock.now())


@pytest.fixture(name="browser")
def _browser(client: FlaskClient) -> Browser:
    """A browser of nobody's."""
    return Browser(client)


@pytest.fixture(name="admin")
def _admin(browser: Browser, ada: Person) -> Browser:
    """Ada's browser, signed in."""
    assert browser.sign_in(ada.email).status_code == 303
    return browser


@pytest.fixture(name="program")
def _program(client: FlaskClient, database: Database, ada: Person) -> Program:
    """A program of Ada's that may everything."""
    return program_of(client, database, ada.id)
