"""Features that count for no product: noted when they are seen, proposed where one product is meant, and learnt."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from licensing.errors import AlreadyThere, NoSuchRecord
from licensing.models.entitlements import FeatureCandidate
from licensing.queries.review import features_to_review, review_findings
from licensing.rules.matching import Clue, Clues, Evidence
from licensing.rules.review import ReviewCode
from licensing.service.captures import take_capture
from licensing.service.matching import accept_match, refuse_match, set_feature_aside
from licensing.service.products import link_feature
from tests.licensing.factories import NOW, TODAY, YESTERDAY, make_lot, make_product, make_server
from tests.licensing.printed import Use, lmstat

NUKE = MappingProxyType({"nuke": Use(10)})
ONE, OTHER = UUID(int=1), UUID(int=2)


def capture(
    session: Session,
    server_id: UUID,
    *,
    hours: int = 0,
    features: Mapping[str, Use] = MappingProxyType({"nuke": Use(10)}),
) -> None:
    """Take in what a server printed some hours after nine."""
    printed = datetime(2026, 3, 14, 10 + hours, 0, tzinfo=UTC)
    raw = lmstat(features, printed=printed.replace(tzinfo=None))
    now = NOW + timedelta(hours=hours, minutes=5)
    take_capture(session, SYSTEM, server_id=server_id, raw=raw, taken_at=None, now=now)


def seen_twice(database: Database, product: str = "Nuke") -> tuple[UUID, UUID]:
    """Have two captures, an hour apart, show a feature that counts nowhere, beside a product with one lot."""
    with database.transaction() as session:
        server, found = make_server(session), make_product(session, name=product)
        make_lot(session, found)
        capture(session, server.id)
        capture(session, server.id, hours=1)
        return server.id, found.id


class TestMatch:
    """A product is proposed only where all that is known names one."""

    def test_product_of_the_same_name_is_proposed(self) -> None:
        """Case, spaces and marks make no other name."""
        match = Clues([Clue("Nuke Studio", ONE, Evidence.NAMED)], ()).match("nuke_studio")

        assert (match.proposal, match.evidence) == (ONE, Evidence.NAMED)

    def test_two_products_of_one_name_are_not(self) -> None:
        """Who cannot know does not guess: both stand there to choose from."""
        match = Clues([Clue("nuke", ONE, Evidence.NAMED), Clue("nuke", OTHER, Evidence.MAPPED)], ()).match("nuke")

        assert match.proposal is None
        assert set(match.choices) == {ONE, OTHER}

    def test_a_refusal_leaves_the_other(self) -> None:
        """What was refused for a name is not proposed for it again, on whatever server and in whatever case."""
        clues = [Clue("nuke", ONE, Evidence.NAMED), Clue("nuke", OTHER, Evidence.FILED)]
        match = Clues(clues, [("NUKE", ONE)]).match("nuke")

        assert match.proposal == OTHER

    def test_a_mapping_does_not_hold_for_a_like_name(self) -> None:
        """A feature mapped elsewhere is known by its exact name: nuke_i is not nukei."""
        match = Clues([Clue("nuke_i", ONE, Evidence.MAPPED)], ()).match("nukei")

        assert match.proposal is None
        assert not match.choices


class TestReview:
    """The queue of features, through captures and the use cases."""

    def test_feature_without_product_waits_for_review(self, database: Database) -> None:
        """A capture that names a feature that counts nowhere puts it in the queue, with when it was seen."""
        seen_twice(database)
        with database.reading() as session:
            found = features_to_review(session, on=TODAY).items

        assert [(one.server, one.name, one.product, one.lots) for one in found] == [("lic1", "nuke", "Nuke", 1)]
        assert found[0].last_seen_at - found[0].first_seen_at == timedelta(hours=1)
        assert found[0].lot_id is not None

    def test_accepted_feature_counts_and_teaches(self, database: Database) -> None:
        """What was accepted on one server is proposed for the same name on another."""
        server_id, product_id = seen_twice(database, product="Compositor")
        with database.transaction() as session:
            accept_match(session, SYSTEM, server_id=server_id, name="nuke", product_id=product_id)
            capture(session, make_server(session, "lic2").id)
        with database.reading() as session:
            found = features_to_review(session, on=TODAY).items

        assert [(one.server, one.product, one.evidence) for one in found] == [
            ("lic2", "Compositor", Evidence.MAPPED.value)
        ]

    def test_refused_product_is_not_proposed_again(self, database: Database) -> None:
        """A refusal is remembered, and said twice it stays one."""
        server_id, product_id = seen_twice(database)
        for _ in range(2):
            with database.transaction() as session:
                refuse_match(session, SYSTEM, server_id=server_id, name="nuke", product_id=product_id, now=NOW)
        with database.reading() as session:
            found = features_to_review(session, on=TODAY).items

        assert [(one.name, one.product_id, one.choices) for one in found] == [("nuke", None, ())]

    def test_feature_set_aside_asks_no_more(self, database: Database) -> None:
        """What is of no product here leaves the queue, and later captures do not bring it back."""
        server_id, _ = seen_twice(database)
        with database.transaction() as session:
            set_feature_aside(session, SYSTEM, server_id=server_id, name="nuke", now=NOW)
            capture(session, server_id, hours=2)
        with database.reading() as session:
            assert not features_to_review(session, on=TODAY).items
            assert not [one for one in review_findings(session, on=TODAY, now=NOW) if one.product_id is None]

    def test_mapped_feature_is_never_noted(self, database: Database) -> None:
        """A feature that counts for a product does not come into the queue at all."""
        with database.transaction() as session:
            product, server = make_product(session), make_server(session)
            link_feature(session, SYSTEM, product_id=product.id, server_id=server.id, name="nuke")
            capture(session, server.id)
        with database.reading() as session:
            assert not session.scalars(select(FeatureCandidate)).all()

    def test_only_a_feature_that_was_seen_can_be_reviewed(self, database: Database) -> None:
        """A name that no capture showed is refused, and so is one that counts for a product by now."""
        server_id, product_id = seen_twice(database)
        with pytest.raises(NoSuchRecord), database.transaction() as session:
            accept_match(session, SYSTEM, server_id=server_id, name="mari", product_id=product_id)
        with database.transaction() as session:
            accept_match(session, SYSTEM, server_id=server_id, name="nuke", product_id=product_id)

        with pytest.raises(AlreadyThere), database.transaction() as session:
            accept_match(session, SYSTEM, server_id=server_id, name="nuke", product_id=product_id)


class TestFindings:
    """What of the entitlements is to be looked at."""

    def test_unknown_expired_and_uncounted(self, database: Database) -> None:
        """A feature of no product, a product in use whose lots are over, and a lot that bounds nothing are named."""
        with database.transaction() as session:
            over, server = make_product(session), make_server(session)
            make_lot(session, over, ends_on=YESTERDAY)
            make_lot(session, make_product(session, name="Site"), metric="site", quantity=None)
            link_feature(session, SYSTEM, product_id=over.id, server_id=server.id, name="nuke")
            capture(session, server.id, features={"nuke": Use(10, ("kim",)), "mari": Use(5, ())})
        with database.reading() as session:
            found = review_findings(session, on=TODAY, now=NOW + timedelta(minutes=5))

        assert [one.code for one in found] == [
            ReviewCode.UNKNOWN_FEATURE,
            ReviewCode.EXPIRED_IN_USE,
            ReviewCode.UNCOUNTED,
        ]
        assert YESTERDAY.isoformat() in found[1].sentence
