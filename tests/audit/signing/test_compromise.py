"""A key in wrong hands is revoked, and what it signed stands only so far."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.problems import Invalid
from audit.errors import RevokedKey
from audit.note import parse_note
from audit.record import HOUSE
from audit.service.checkpoints import KeyMismatch
from audit.service.keys import NotTheLogsKey, StandsBecause, report_compromise
from audit.succession import KeyState
from tests.audit.signing.making import LICENSOR, NEW, NEWER, publish, rotate, said, succession, vkey, witness


class TestCompromise:
    """A key in wrong hands is handed over and revoked in one transaction."""

    def test_nothing_stands_where_no_witness_ever_cosigned(self, burgled: Database, log_key: Ed25519PrivateKey) -> None:
        """The new key signs all anew; what the old one signed is not believed on its own."""
        with burgled.transaction() as session:
            fallen = report_compromise(session, SYSTEM, revoked=log_key, new=NEW)
        chain = succession(burgled)

        assert {one.log: (one.stands, one.because) for one in fallen} == {
            HOUSE: (0, StandsBecause.NEVER_WITNESSED),
            LICENSOR: (0, StandsBecause.NEVER_WITNESSED),
        }
        assert "no witness ever cosigned" in fallen[0].sentence()
        assert chain.standing(vkey(log_key)).state is KeyState.REVOKED
        assert chain.current.vkey == vkey(NEW)
        with pytest.raises(RevokedKey):
            chain.require_standing(1)
        assert len(parse_note(publish(burgled, NEW, former=log_key)).signatures) == 1
        with pytest.raises(KeyMismatch):
            publish(burgled, log_key)

    def test_last_witnessed_checkpoint_stands(self, burgled: Database, log_key: Ed25519PrivateKey) -> None:
        """What a witness saw was signed before, whoever has the key now; the sentence says so."""
        witness(burgled, HOUSE, 2)
        with burgled.transaction() as session:
            house, licensor = report_compromise(session, SYSTEM, revoked=log_key, new=NEW)

        assert (house.stands, house.because) == (2, StandsBecause.WITNESSED)
        assert "as a witness cosigned" in house.sentence()
        assert licensor.stands == 0
        (entry,) = said(burgled, "audit.key.revoked", HOUSE)
        assert (entry["key"], entry["stands"]) == (vkey(log_key), 2)
        assert succession(burgled).standing(vkey(log_key)).stands == 2

    def test_named_size_stands(self, burgled: Database, log_key: Ed25519PrivateKey) -> None:
        """Who knows when the key was lost may name a size, below or above what was witnessed."""
        witness(burgled, HOUSE, 2)
        with burgled.transaction() as session:
            house, _ = report_compromise(session, SYSTEM, revoked=log_key, new=NEW, stands={HOUSE: 1})

        assert (house.stands, house.because) == (1, StandsBecause.NAMED)
        assert "as you named it" in house.sentence()

    @pytest.mark.parametrize("stands", [{HOUSE: 1000}, {HOUSE: -1}, {"nowhere": 0}])
    def test_size_that_cannot_stand_is_refused(
        self, house: Database, log_key: Ed25519PrivateKey, stands: dict[str, int]
    ) -> None:
        """More than the log holds, less than nothing, or a log that there is not: nothing is revoked."""
        with pytest.raises(Invalid), house.transaction() as session:
            report_compromise(session, SYSTEM, revoked=log_key, new=NEW, stands=stands)
        assert succession(house).current.vkey == vkey(log_key)

    def test_former_key_is_revoked_by_the_one_that_signs(self, burgled: Database, log_key: Ed25519PrivateKey) -> None:
        """No log is handed over for it; the statements are read in their order."""
        rotate(burgled, log_key, NEW)
        rotate(burgled, NEW, NEWER)
        with burgled.transaction() as session:
            report_compromise(session, SYSTEM, revoked=log_key, new=NEWER, stands={HOUSE: 1})
        with burgled.transaction() as session:
            report_compromise(session, SYSTEM, revoked=NEW, new=NEWER)
        third = Ed25519PrivateKey.generate()
        rotate(burgled, NEWER, third)
        chain = succession(burgled)

        assert [period.stands for period in chain.periods] == [1, 0, None, None]
        assert chain.current.vkey == vkey(third)

    def test_no_more_stands_than_the_key_signed(self, burgled: Database, log_key: Ed25519PrivateKey) -> None:
        """What a witness cosigned of the next key's is no word of the former one."""
        until = rotate(burgled, log_key, NEW)[HOUSE]
        witness(burgled, HOUSE, until + 1)
        with burgled.transaction() as session:
            house, _ = report_compromise(session, SYSTEM, revoked=log_key, new=NEW)

        assert house.stands == until

    def test_revocation_is_repeated_without_harm(self, burgled: Database, log_key: Ed25519PrivateKey) -> None:
        """What was revoked stays as it was said the first time."""
        with burgled.transaction() as session:
            report_compromise(session, SYSTEM, revoked=log_key, new=NEW, stands={HOUSE: 1})
        with burgled.transaction() as session:
            again = report_compromise(session, SYSTEM, revoked=log_key, new=NEW, stands={HOUSE: 2})

        assert again == []
        assert succession(burgled).standing(vkey(log_key)).stands == 1

    def test_strangers_key_is_not_revoked(self, house: Database, log_key: Ed25519PrivateKey) -> None:
        """A key that never signed cannot be revoked, nor can a stranger's key take over."""
        with pytest.raises(NotTheLogsKey, match="never signed"), house.transaction() as session:
            report_compromise(session, SYSTEM, revoked=NEW, new=NEWER)
        rotate(house, log_key, NEW)
        with pytest.raises(NotTheLogsKey, match="does not sign"), house.transaction() as session:
            report_compromise(session, SYSTEM, revoked=log_key, new=NEWER)
