"""Authenticators: RFC 6238, one step of drift, no step twice."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from answerprint.core.actor import client
from answerprint.core.db import Database
from reviews.models.parties import Contact
from reviews.rules.gate import Step, VisitSecret
from reviews.rules.totp import enrolment_uri, fitting_step, new_totp_secret, step_at, typed_secret
from reviews.service.totp import begin_enrolment, enrol_totp, give_totp, reset_authenticator
from tests.reviews.factories import NOW, OFFICE
from tests.reviews.gate.coming import Gatehouse, gatehouse, secret_of, stands_as, verified

RFC_SECRET = b"12345678901234567890"


def code_at(secret: bytes, moment: datetime) -> str:
    """Return what an app shows at a moment."""
    return TOTP(secret, 6, SHA1(), 30).generate(int(moment.timestamp())).decode()  # noqa: S303


class TestRule:
    """What fits and what does not."""

    @pytest.mark.parametrize(
        ("seconds", "code"),
        [
            (59, "287082"),
            (1111111109, "081804"),
            (1111111111, "050471"),
            (1234567890, "005924"),
            (2000000000, "279037"),
        ],
    )
    def test_vectors_of_the_rfc(self, seconds: int, code: str) -> None:
        """RFC 6238 appendix B, the last six digits."""
        now = datetime.fromtimestamp(seconds, UTC)

        assert fitting_step(RFC_SECRET, code, now=now, after=0) == seconds // 30

    def test_one_step_of_drift(self) -> None:
        """A clock that is half a minute off is heard, one that is a minute off is not."""
        for steps, fits in ((-2, False), (-1, True), (0, True), (1, True), (2, False)):
            code = code_at(RFC_SECRET, NOW + timedelta(seconds=30 * steps))
            assert (fitting_step(RFC_SECRET, code, now=NOW, after=0) is not None) is fits

    def test_no_step_is_used_twice(self) -> None:
        """A step that was used, and every one before it, fits no more."""
        code = code_at(RFC_SECRET, NOW)

        assert fitting_step(RFC_SECRET, code, now=NOW, after=step_at(NOW)) is None

    @pytest.mark.parametrize("typed", ["", "12345", "1234567", "١٢٣٤٥٦", "abcdef", " 12345"])
    def test_what_is_no_code_fits_nothing(self, typed: str) -> None:
        """Six ASCII digits, and nothing else."""
        assert fitting_step(RFC_SECRET, typed, now=NOW, after=0) is None

    def test_secret_is_shown_as_apps_take_it(self) -> None:
        """Base32 in groups, and an address of the agreed form."""
        assert typed_secret(RFC_SECRET) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
        assert enrolment_uri(RFC_SECRET, account="a@b.example", issuer="Screening").startswith("otpauth://totp/")
        assert len(new_totp_secret()) == 20


class TestGate:
    """At a gate that asks for one."""

    @pytest.fixture(name="gate")
    def _gate(self, database: Database) -> Gatehouse:
        """A project whose agreement asks for authenticators."""
        return gatehouse(database, asks_totp=True)

    def enrol(self, database: Database, visit: VisitSecret, now: datetime) -> tuple[bytes, VisitSecret]:
        """Set an authenticator up."""
        visitor = stands_as(database, visit, now=now)
        who = client(visitor.contact_id, OFFICE)
        with database.transaction() as session:
            secret = begin_enrolment(session, who, visit_id=visitor.visit_id, now=now).secret
        with database.transaction() as session:
            code = code_at(secret, now)
            opened = enrol_totp(session, who, visit_id=visitor.visit_id, code=code, now=now)
        assert opened is not None
        return secret, opened

    def test_enrolled_once_and_asked_from_then_on(self, database: Database, gate: Gatehouse) -> None:
        """The first visit enrols, the next one asks; the code of the enrolment opens nothing again."""
        link = secret_of(gate.issue())
        visit = verified(database, link)
        assert stands_as(database, visit).step is Step.ENROL
        secret, opened = self.enrol(database, visit, NOW)
        assert stands_as(database, opened).step is Step.READY
        again = verified(database, link)
        visitor = stands_as(database, again)
        assert visitor.step is Step.TOTP
        who, later = client(visitor.contact_id, OFFICE), NOW + timedelta(seconds=30)
        with database.transaction() as session:
            used = code_at(secret, NOW)
            assert give_totp(session, who, visit_id=visitor.visit_id, code=used, now=NOW) is None
        with database.transaction() as session:
            fresh = code_at(secret, later)
            assert give_totp(session, who, visit_id=visitor.visit_id, code=fresh, now=later) is not None

    def test_secret_is_sealed(self, database: Database, gate: Gatehouse) -> None:
        """The secret stands sealed for its own row."""
        secret, _ = self.enrol(database, verified(database, secret_of(gate.issue())), NOW)
        with database.reading() as session:
            contact = session.get_one(Contact, gate.house.contact_id)

        assert contact.totp_sealed is not None
        assert secret not in contact.totp_sealed

    def test_five_wrong_codes_hold_off(self, database: Database, gate: Gatehouse) -> None:
        """After five wrong codes the right one opens nothing for a quarter of an hour."""
        link = secret_of(gate.issue())
        secret, _ = self.enrol(database, verified(database, link), NOW)
        visitor = stands_as(database, verified(database, link))
        who, later = client(visitor.contact_id, OFFICE), NOW + timedelta(seconds=60)

        def give(code: str, now: datetime) -> bool:
            with database.transaction() as session:
                return give_totp(session, who, visit_id=visitor.visit_id, code=code, now=now) is not None

        wrong = "000000" if code_at(secret, later) != "000000" else "000001"
        assert not any(give(wrong, later) for _ in range(5))
        assert not give(code_at(secret, later), later)
        after = later + timedelta(minutes=15)
        assert give(code_at(secret, after), after)

    def test_lost_one_is_set_back(self, database: Database, gate: Gatehouse) -> None:
        """Who lost the device enrols another, once the house has set the old one back."""
        link = secret_of(gate.issue())
        self.enrol(database, verified(database, link), NOW)
        with database.transaction() as session:
            reset_authenticator(session, gate.house.producer, contact_id=gate.house.contact_id)

        assert stands_as(database, verified(database, link)).step is Step.ENROL
