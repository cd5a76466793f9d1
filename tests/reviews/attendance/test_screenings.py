"""Screenings: planned as agreed, invited to under the outside name, and attended before witnesses."""

from datetime import date, timedelta
from typing import Any

import pytest

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.ids import new_id
from answerprint.core.paging import PageRequest, read_cursor
from answerprint.core.problems import Invalid, NotFound, Refusal, StaleVersion
from reviews.errors import AgainstAgreement, Frozen
from reviews.queries.attendance import screening_row, screenings_of
from reviews.service.freezes import set_freeze
from reviews.service.screenings import cancel_screening, change_screening, note_held
from tests.facility.trail import facts
from tests.reviews.attendance.rooms import CALIBRATED, ENDS, STARTS, mails, suite
from tests.reviews.factories import NOW, make_contact, make_house
from tests.reviews.gate.coming import add_version


class TestPlanning:
    """A screening stands on an agreement in force."""

    @pytest.mark.parametrize(
        ("others", "field"),
        [({"method": "M4"}, "method"), ({"method": "M9"}, "method"), ({"method": "M2"}, "method")],
    )
    def test_other_methods_are_refused(self, database: Database, others: dict[str, Any], field: str) -> None:
        """Only a supervised suite or a live stream is a screening; a link or a drive is none."""
        found = suite(database)

        with pytest.raises(AgainstAgreement) as refusal:
            found.plan(**others)

        assert list(refusal.value.fields) == [field]

    def test_material_of_another_project_is_refused(self, database: Database) -> None:
        """An agreement speaks for its own project's material."""
        found = suite(database)
        with database.transaction() as session:
            other = make_house(session, "NB-300")
        _, elsewhere = add_version(database, other, 1)

        with pytest.raises(Refusal):
            found.plan(material_version_id=elsewhere)

    @pytest.mark.parametrize(
        ("others", "field"),
        [
            ({"ends_at": STARTS}, "ends_at"),
            ({"ends_at": STARTS + timedelta(days=2)}, "ends_at"),
            ({"zone": "Mars/Olympus"}, "zone"),
            ({"host_id": new_id()}, "host_id"),
            ({"calibrated_on": date(2026, 3, 15)}, "calibrated_on"),
        ],
    )
    def test_what_cannot_be_is_refused(self, database: Database, others: dict[str, Any], field: str) -> None:
        """The field at fault is named."""
        found = suite(database)

        with pytest.raises(Invalid) as refusal:
            found.plan(**others)

        assert list(refusal.value.fields) == [field]

    def test_stranger_to_the_project_plans_and_hosts_nothing(self, database: Database) -> None:
        """A producer of another project knows of no screening here, and is no host of one."""
        found = suite(database)
        screening = found.plan()
        with database.transaction() as session:
            other = make_house(session, "NB-300").producer

        with pytest.raises(NotFound):
            found.plan(by=other)
        with pytest.raises(Invalid):
            found.plan(host_id=other.person_id)
        with database.reading() as session, pytest.raises(NotFound):
            screening_row(session, other, screening.id)

    @pytest.mark.parametrize(
        ("calibrated_on", "count"), [(None, 1), (CALIBRATED - timedelta(days=1), 1), (CALIBRATED, 0)]
    )
    def test_old_calibration_is_a_warning_on_the_log(
        self, database: Database, calibrated_on: date | None, count: int
    ) -> None:
        """A display without calibration, or with an older one than agreed, is shown on, and the log says so."""
        found = suite(database)
        screening = found.plan(calibrated_on=calibrated_on)
        found.sign_in(screening)
        with database.transaction() as session:
            note_held(session, found.house.producer, screening_id=screening.id, now=ENDS)
        said = [
            len(facts(database, f"reviews.{kind}")[0]["warnings"])
            for kind in ("screening.planned", "attendance.signed-in", "screening.held")
        ]
        with database.reading() as session:
            shown = screening_row(session, found.house.producer, screening.id)

        assert said == [count] * 3
        assert len(shown.warnings) == count

    def test_list_pages(self, database: Database) -> None:
        """Screenings are listed the newest first."""
        found = suite(database)
        planned = [found.plan().id for _ in range(3)]
        with database.reading() as session:
            first = screenings_of(session, SYSTEM, found.house.project_id, PageRequest(limit=2))
            after = read_cursor(first.next or "", shape=(str,))
            rest = screenings_of(session, SYSTEM, found.house.project_id, PageRequest(after=after, limit=2))

        assert [row.id for row in (*first.items, *rest.items)] == planned[::-1]


class TestInviting:
    """An invitation is one person's, and says nothing but where and when."""

    def test_entry_asks_and_changes_and_cancels(self, database: Database) -> None:
        """REQUEST, then REQUEST with the next SEQUENCE, then CANCEL, all under one UID."""
        found = suite(database)
        screening = found.plan()
        found.invite(screening)
        found.invite(screening)
        with database.transaction() as session:
            change_screening(
                session,
                found.house.producer,
                screening_id=screening.id,
                changes={"room": "Suite 4"},
                version=1,
                now=NOW,
            )
        with database.transaction() as session:
            cancel_screening(session, found.house.producer, screening_id=screening.id, now=NOW)
        asked, moved = mails(database, "reviews.screening.request")
        (off,) = mails(database, "reviews.screening.cancel")
        texts = [(mail.attachment or "").replace("\r\n ", "") for mail in (asked, moved, off)]

        assert [f"SEQUENCE:{number}" in text for number, text in enumerate(texts)] == [True] * 3
        assert ["METHOD:REQUEST" in text for text in texts] == [True, True, False]
        assert "METHOD:CANCEL" in texts[2]
        assert "STATUS:CANCELLED" in texts[2]
        assert all(f"UID:screening-{screening.id}@answerprint" in text for text in texts)
        assert "LOCATION:Suite 4" in texts[1]
        assert [mail.attachment_type for mail in (asked, off)] == [
            "text/calendar; charset=utf-8; method=REQUEST",
            "text/calendar; charset=utf-8; method=CANCEL",
        ]
        assert [fact["method"] for fact in facts(database, "reviews.screening.invitations-sent")] == [
            *("REQUEST", "REQUEST", "CANCEL")
        ]

    def test_invitation_is_nobody_elses(self, database: Database) -> None:
        """Who is invited does not read who else is, and gets no link and no secret."""
        found = suite(database, recipients_only=False, domains=("okafor.example",))
        with database.transaction() as session:
            kai = make_contact(session, found.house.client_id, "kai@okafor.example", "Kai Sato")
        screening = found.plan()
        found.invite(screening, found.house.contact_id, kai.id)
        sent = {mail.recipient: mail for mail in mails(database, "reviews.screening.request")}
        text = sent["ines@okafor.example"].body + (sent["ines@okafor.example"].attachment or "")

        assert set(sent) == {"ines@okafor.example", "kai@okafor.example"}
        assert "kai" not in text.lower()
        assert "http" not in text
        assert "r2" not in text

    def test_calibration_alone_sends_nothing(self, database: Database) -> None:
        """What stands in no invitation changes none."""
        found = suite(database)
        screening = found.plan(calibrated_on=None)
        found.invite(screening)
        with database.transaction() as session:
            changed = change_screening(
                session,
                found.house.producer,
                screening_id=screening.id,
                changes={"calibrated_on": CALIBRATED},
                version=1,
                now=NOW,
            )
            sequence = changed.sequence

        assert (sequence, len(mails(database, "reviews.screening.request"))) == (0, 1)
        assert facts(database, "reviews.screening.changed")[0]["changes"] == {
            "calibrated_on": {"old": None, "new": CALIBRATED.isoformat()}
        }

    def test_who_is_no_party_is_not_invited(self, database: Database) -> None:
        """The agreement says who may see it; on this path too."""
        found = suite(database)
        with database.transaction() as session:
            kai = make_contact(session, found.house.client_id, "kai@okafor.example", "Kai Sato")
        screening = found.plan()

        with pytest.raises(AgainstAgreement) as refusal:
            found.invite(screening, kai.id)

        assert list(refusal.value.fields) == ["security.recipients_only"]

    def test_freeze_holds_here_too(self, database: Database) -> None:
        """What is frozen is shown in no room: nobody is invited and nobody is signed in."""
        found = suite(database)
        screening = found.plan()
        with database.transaction() as session:
            subject = found.house.project_id
            set_freeze(session, found.house.producer, scope="project", subject_id=subject, reason="leak", now=NOW)

        with pytest.raises(Frozen):
            found.invite(screening)
        with pytest.raises(Frozen):
            found.sign_in(screening)

    def test_older_version_changes_nothing(self, database: Database) -> None:
        """Who changes what somebody else has changed meanwhile is told so."""
        found = suite(database)
        screening = found.plan()

        with database.transaction() as session, pytest.raises(StaleVersion):
            change_screening(
                session,
                found.house.producer,
                screening_id=screening.id,
                changes={"room": "X"},
                version=7,
                now=NOW,
            )
