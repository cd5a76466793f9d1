"""A log may be signed with two keys, and then never with one."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from audit.cosignature import LOG_TYPES
from audit.note import Verifier, parse_note, parse_vkey, verify_note
from audit.queries import logs
from audit.record import HOUSE
from audit.service.checkpoints import KeyMismatch
from audit.service.keys import add_mldsa_key
from audit.service.logs import open_log
from tests.audit.signing.making import LICENSOR, happen, publish, said


class TestMlDsa:
    """A second algorithm signs beside the first."""

    def test_checkpoints_carry_its_line(self, house: Database, log_key: Ed25519PrivateKey) -> None:
        """Its line holds for its own verifier key, and the first key's for the first."""
        beside = MLDSA44PrivateKey.generate()
        with house.transaction() as session:
            added = add_mldsa_key(session, SYSTEM, key=beside.public_key())
        raw = publish(house, log_key, beside=beside)
        with house.reading() as session:
            listed = next(one for one in logs.list_logs(session) if one.name == HOUSE)
        (entry,) = said(house, "audit.key.added", HOUSE)
        second = Verifier.from_vkey(listed.mldsa_vkey or "", LOG_TYPES)

        assert added == [HOUSE, LICENSOR]
        assert (entry["algorithm"], entry["key"]) == ("ml-dsa-44", listed.mldsa_vkey)
        assert verify_note(raw, [second]).keys == (second.key,)
        assert verify_note(raw, [Verifier.from_vkey(listed.vkey)]).keys == (parse_vkey(listed.vkey),)

    def test_checkpoint_without_it_is_not_signed(self, house: Database, log_key: Ed25519PrivateKey) -> None:
        """A log that says it has two keys is never signed with one, or with another second."""
        with house.transaction() as session:
            add_mldsa_key(session, SYSTEM, key=MLDSA44PrivateKey.generate().public_key())

        for beside in (None, MLDSA44PrivateKey.generate()):
            with pytest.raises(KeyMismatch, match="ANSWERPRINT_MLDSA_KEY_FILE"):
                publish(house, log_key, beside=beside)

    def test_log_without_one_takes_no_notice(self, house: Database, log_key: Ed25519PrivateKey) -> None:
        """A key that the log never announced adds no line."""
        happen(house)

        assert len(parse_note(publish(house, log_key, beside=MLDSA44PrivateKey.generate())).signatures) == 1

    def test_it_is_replaced_and_inherited(self, house: Database, log_key: Ed25519PrivateKey) -> None:
        """The newest is the one that signs, in logs opened later too; adding it again changes nothing."""
        first, second = MLDSA44PrivateKey.generate(), MLDSA44PrivateKey.generate()
        for key in (first, second):
            with house.transaction() as session:
                add_mldsa_key(session, SYSTEM, key=key.public_key())
        with house.transaction() as session:
            open_log(session, SYSTEM, name="licensor-late")
            again = add_mldsa_key(session, SYSTEM, key=second.public_key())

        assert again == []
        for log in (HOUSE, LICENSOR, "licensor-late"):
            assert len(parse_note(publish(house, log_key, log, beside=second)).signatures) == 2
