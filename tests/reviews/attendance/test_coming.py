"""Who comes to a screening is seen there, and what they decide is taken down and told."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from answerprint.core.db import Database
from answerprint.core.ids import new_id
from answerprint.core.problems import NotAllowed, NotFound, StaleVersion
from reviews.errors import AgainstAgreement, NotInThisState, WithoutAuthority
from reviews.models.attendance import Attendance, Screening
from reviews.models.gate import Receipt
from reviews.models.parties import NdaAcceptance
from reviews.queries.attendance import rounds_in_room
from reviews.queries.decisions import decisions_of
from reviews.rules.vocabulary import Value
from reviews.service.attendances import decide_in_room, sign_in_attendee
from reviews.service.screenings import cancel_screening, change_screening, note_held
from tests.facility.trail import facts
from tests.reviews.attendance.rooms import ENDS, STARTS, Suite, mails, signed_entry, suite
from tests.reviews.factories import NOW
from tests.reviews.gate.coming import add_version


class TestComing:
    """Who comes is seen, undertakes what was agreed, and stays on record."""

    def test_undertaking_is_accepted_in_the_room_once(self, database: Database) -> None:
        """Who has not accepted the undertaking does so in the room, seen by the host; then they need not again."""
        found = suite(database)
        first, second = found.plan(), found.plan()
        bare = replace(found, undertaking_sha256="00" * 32)

        with pytest.raises(StaleVersion):
            bare.sign_in(first)
        found.sign_in(first)
        bare.sign_in(second)

        with database.reading() as session:
            accepted = session.scalars(select(NdaAcceptance.proof)).all()
            bound = session.scalars(select(Attendance.nda_sha256)).all()
        assert accepted == ["seen by the host"]
        assert bound == [found.undertaking_sha256] * 2

    def test_signing_in_again_changes_nothing(self, database: Database) -> None:
        """They are in once, and hold one receipt of it."""
        found = suite(database)
        screening = found.plan()
        found.sign_in(screening)
        again = found.sign_in(screening, by=found.house.other, now=ENDS)

        assert (again.signed_in_at, again.signed_in_by) == (STARTS, found.house.producer.person_id)
        assert len(facts(database, "reviews.attendance.signed-in")) == 1
        with database.reading() as session:
            kinds = set(session.scalars(select(Receipt.kind).where(Receipt.about == f"attendance:{again.id}")))
        assert kinds == {"reviews.attendance.signed-in"}

    @pytest.mark.parametrize("away", [timedelta(hours=-3), timedelta(hours=15)])
    def test_nobody_is_signed_in_from_afar(self, database: Database, away: timedelta) -> None:
        """What happens in the room is taken down while people are there, not days before or after."""
        found = suite(database)
        screening = found.plan()

        with pytest.raises(NotInThisState):
            found.sign_in(screening, now=STARTS + away)

    def test_cancelled_screening_has_no_guests(self, database: Database) -> None:
        """After its cancellation nobody is invited or signed in."""
        found = suite(database)
        screening = found.plan()
        with database.transaction() as session:
            cancel_screening(session, found.house.producer, screening_id=screening.id, now=NOW)

        with pytest.raises(NotInThisState):
            found.sign_in(screening)
        with pytest.raises(NotInThisState):
            found.invite(screening)

    def test_held_needs_somebody_who_came(self, database: Database) -> None:
        """A screening to which nobody came was not held; one to which somebody came is not called off."""
        found = suite(database)
        screening = found.plan()
        producer = found.house.producer
        with database.transaction() as session, pytest.raises(NotInThisState):
            note_held(session, producer, screening_id=screening.id, now=ENDS)
        found.sign_in(screening)
        with database.transaction() as session, pytest.raises(NotInThisState):
            cancel_screening(session, producer, screening_id=screening.id, now=STARTS)
        with database.transaction() as session:
            note_held(session, producer, screening_id=screening.id, now=ENDS)
        with database.reading() as session:
            state = session.get_one(Screening, screening.id).state

        assert state == "held"
        assert facts(database, "reviews.screening.held")[0]["signed_in"] == [str(found.house.contact_id)]

    def test_changed_version_waits_for_nobody(self, database: Database) -> None:
        """Once somebody is signed in, what is shown is what it was."""
        found = suite(database)
        screening = found.plan()
        found.sign_in(screening)
        _, newer = add_version(database, found.house, 2)

        with database.transaction() as session, pytest.raises(NotInThisState):
            change_screening(
                session,
                found.house.producer,
                screening_id=screening.id,
                changes={"material_version_id": newer},
                version=1,
                now=NOW,
            )


class TestDeciding:
    """A decision in the room is taken down by the host, and told to whose it is."""

    def test_decision_is_taken_down_and_told(self, database: Database) -> None:
        """It stands like one from the gate, seen by the host; the approver gets a mail and a receipt."""
        found = suite(database)
        screening, opened = found.plan(), found.round()
        found.sign_in(screening)
        with database.reading() as session:
            (offered,) = rounds_in_room(session, found.house.producer, screening.id)
        entry = replace(signed_entry(found), statement_sha256=offered.statement_sha256)
        decided = self.decide(found, screening, opened.id, entry)
        with database.reading() as session:
            (row,) = decisions_of(session, opened.id)
            owed = session.scalars(select(Receipt.kind).where(Receipt.about == f"decision:{decided.id}")).all()
        (told,) = mails(database, "reviews.decision.taken-down")

        assert [one.contact_id for one in offered.approvers] == [found.house.contact_id]
        assert (row.proof, row.value, row.nda_sha256) == ("seen by the host", "approved", found.undertaking_sha256)
        assert owed == ["reviews.decision.made"]
        assert told.recipient == "ines@okafor.example"
        assert "approved" in told.body
        assert "mara.nb-204@post.example" in told.body
        assert facts(database, "reviews.screening.decision-taken-down")[0]["decision"] == str(decided.id)
        assert facts(database, "reviews.round.closed")[0]["outcome"] == "approved"

    def test_only_the_host_takes_down(self, database: Database) -> None:
        """Another producer was not the one whom the approver sat with."""
        found = suite(database)
        screening, opened = found.plan(), found.round()
        found.sign_in(screening)

        with pytest.raises(NotAllowed):
            self.decide(replace(found, house=replace(found.house, producer=found.house.other)), screening, opened.id)

    def test_who_is_not_there_decides_nothing(self, database: Database) -> None:
        """Being invited is not being there."""
        found = suite(database)
        screening, opened = found.plan(), found.round()
        found.invite(screening)

        with pytest.raises(WithoutAuthority):
            self.decide(found, screening, opened.id)

    def test_other_version_than_shown_is_not_decided(self, database: Database) -> None:
        """What is decided in the room is what was shown there."""
        found = suite(database)
        opened = found.round()
        _, newer = add_version(database, found.house, 2)
        screening = found.plan(material_version_id=newer)
        found.sign_in(screening)

        with pytest.raises(AgainstAgreement) as refusal:
            self.decide(found, screening, opened.id)

        assert list(refusal.value.fields) == ["round_id"]

    def test_round_of_another_project_is_unknown(self, database: Database) -> None:
        """A host decides nothing that is not of the screening's project."""
        found, other = suite(database), suite(database, "NB-300")
        screening, elsewhere = found.plan(), other.round()
        found.sign_in(screening)

        with pytest.raises(NotFound):
            self.decide(found, screening, elsewhere.id)

    @staticmethod
    def decide(found: Suite, screening: Screening, round_id: Any, entry: Any = None) -> Any:
        """Take down, as the host, what the contact decided."""
        with found.database.transaction() as session:
            return decide_in_room(
                session,
                found.house.producer,
                screening_id=screening.id,
                round_id=round_id,
                contact_id=found.house.contact_id,
                entry=entry or signed_entry(found, Value.APPROVED),
                now=STARTS,
            )


def test_unknown_screening_is_not_there(database: Database) -> None:
    """What is not there is refused like what one may not know of."""
    found = suite(database)

    with database.transaction() as session, pytest.raises(NotFound):
        sign_in_attendee(
            session, found.house.producer, screening_id=new_id(), contact_id=found.house.contact_id, now=NOW
        )
