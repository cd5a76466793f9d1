"""Past every use case, the database itself keeps the text that was sent."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from answerprint.core.db import Database
from tests.reviews.agreements.agreeing import sent
from tests.reviews.factories import House, make_house


@pytest.fixture(name="house")
def _house(database: Database) -> House:
    """A project with its client's contact."""
    with database.transaction() as session:
        return make_house(session)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE reviews_agreement_versions SET text = 'another'",
        "UPDATE reviews_agreement_versions SET text = NULL",
        "UPDATE reviews_agreement_versions SET text_sha256 = 'another'",
        "UPDATE reviews_agreement_versions SET terms = '{}'",
        "DELETE FROM reviews_agreement_versions",
    ],
)
def test_sent_text_is_not_changed(database: Database, house: House, statement: str) -> None:
    """Neither the text, nor its hash, nor the terms behind it become another, and the row stays."""
    sent(database, house)

    with database.engine.connect() as connection, pytest.raises(DBAPIError):
        connection.execute(text(statement))
        connection.commit()
