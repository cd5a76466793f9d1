"""How long the entries of a log are kept at least."""

import pytest

from answerprint.core.db import Database
from answerprint.core.problems import StaleVersion
from audit.queries.logs import log_named
from audit.queries.orders import retention_of
from audit.rules import RetentionRefused
from audit.service.retention import set_retention
from tests.audit.deciding import TwoPeople
from tests.facility.trail import facts


def test_log_keeps_a_year_by_itself(database: Database) -> None:
    """Nobody has to choose: entries are kept for 365 days at least."""
    with database.reading() as session:
        held = retention_of(session, log_named(session, "house"))

    assert (held.days, held.version) == (365, 0)


def test_change_is_a_fact_with_old_and_new(database: Database, people: TwoPeople) -> None:
    """The log says what was kept before and what is kept now; the same days again are no change."""
    with database.transaction() as session:
        first = set_retention(session, people.asks, log_name="house", days=90, version=0)
    with database.transaction() as session:
        second = set_retention(session, people.asks, log_name="house", days=4000, version=first.version)
        same = set_retention(session, people.asks, log_name="house", days=4000, version=second.version)
    told = [(one["old_days"], one["new_days"]) for one in facts(database, "audit.retention.set")]

    assert told == [(365, 90), (90, 4000)]
    assert (first.version, second.version, same) == (1, 2, second)


@pytest.mark.parametrize("days", [-1, 0, 29, 36_501])
def test_days_have_bounds(database: Database, people: TwoPeople, days: int) -> None:
    """30 days to a hundred years."""
    with pytest.raises(RetentionRefused), database.transaction() as session:
        set_retention(session, people.asks, log_name="house", days=days, version=0)


@pytest.mark.parametrize("version", [1, 7])
def test_older_version_is_refused(database: Database, people: TwoPeople, version: int) -> None:
    """Who has not seen the days that hold now does not change them."""
    with pytest.raises(StaleVersion), database.transaction() as session:
        set_retention(session, people.asks, log_name="house", days=90, version=version)
