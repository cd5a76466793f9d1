"""Keys change with their logs: all logs at once, said on the log itself, and never two keys in turn."""

import threading
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import insert, select

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from audit.models import LogKey, StoredCheckpoint
from audit.note import Signer, Verifier, parse_note, verify_note
from audit.queries import keys, logs
from audit.record import HOUSE, record
from audit.rollback import LogBroken, check_second_place
from audit.second_place import SecondPlace
from audit.service.checkpoints import KeyMismatch, publish_checkpoint
from audit.service.keys import NotTheLogsKey
from audit.service.logs import open_log
from audit.succession import Succession, sign_handover
from tests.audit.signing.making import LICENSOR, NEW, NEWER, happen, publish, rotate, said, succession, vkey
from tests.conftest import ORIGIN
from tests.facts import ThingHappened


class TestRotation:
    """One transaction hands over every log."""

    def test_every_log_is_handed_over_and_says_so(self, house: Database, log_key: Ed25519PrivateKey) -> None:
        """Row, statement and entry of each log say the same; what was signed before keeps its key."""
        since = rotate(house, log_key, NEW)

        assert since.keys() == {HOUSE, LICENSOR}
        for log, size in since.items():
            chain, (entry,) = succession(house, log), said(house, "audit.key.handed-over", log)
            assert chain.key_for(size).key.vkey == entry["old_key"] == vkey(log_key, log)
            assert chain.key_for(size + 1).key.vkey == entry["new_key"] == vkey(NEW, log)
            assert entry["since"] == size
            assert Succession.read(vkey(log_key, log), [str(entry["statement"]).encode()]) == chain

    def test_old_key_signs_no_more(self, house: Database, log_key: Ed25519PrivateKey) -> None:
        """From the commit on it is refused, and the sentence says which key is expected."""
        rotate(house, log_key, NEW)

        with pytest.raises(KeyMismatch) as refusal:
            publish(house, log_key)
        assert vkey(NEW) in str(refusal.value)
        publish(house, NEW)

    def test_first_checkpoint_carries_both_lines(self, house: Database, log_key: Ed25519PrivateKey) -> None:
        """Who holds only the old key is led over once; after that the new key signs alone."""
        rotate(house, log_key, NEW)
        first = publish(house, NEW, former=log_key)
        happen(house)
        second = publish(house, NEW, former=log_key)
        old, new = Verifier.from_vkey(vkey(log_key)), Verifier.from_vkey(vkey(NEW))

        assert verify_note(first, [old, new]).keys == (new.key, old.key)
        assert [one.key_id for one in parse_note(second).signatures] == [new.key.key_id]

    def test_only_the_key_before_leads_over(self, house: Database, log_key: Ed25519PrivateKey) -> None:
        """A stranger's line, or that of a key long gone, is not added."""
        rotate(house, log_key, NEW)
        publish(house, NEW, former=log_key)
        rotate(house, NEW, NEWER)

        assert len(parse_note(publish(house, NEWER, former=log_key)).signatures) == 1
        assert len(parse_note(publish(house, NEWER, LICENSOR, former=Ed25519PrivateKey.generate())).signatures) == 1

    def test_rotation_is_repeated_without_harm(self, house: Database, log_key: Ed25519PrivateKey) -> None:
        """Once handed over, the same command does nothing; a third key follows the second."""
        rotate(house, log_key, NEW)

        assert rotate(house, log_key, NEW) == {}
        assert rotate(house, NEW, NEWER).keys() == {HOUSE, LICENSOR}
        assert [period.vkey for period in succession(house).periods] == [vkey(log_key), vkey(NEW), vkey(NEWER)]

    @pytest.mark.parametrize("heir", ["stranger's old key", "key of before"])
    def test_all_or_nothing(self, house: Database, log_key: Ed25519PrivateKey, heir: str) -> None:
        """A key that does not sign hands nothing over, and one that signed before gets nothing back."""
        rotate(house, log_key, NEW)
        old, new = (NEWER, Ed25519PrivateKey.generate()) if heir == "stranger's old key" else (NEW, log_key)

        with pytest.raises(NotTheLogsKey):
            rotate(house, old, new)
        assert len(succession(house).periods) == len(succession(house, LICENSOR).periods) == 2

    def test_list_shows_the_key_that_signs(self, house: Database, log_key: Ed25519PrivateKey) -> None:
        """The opening key stays what it was; lists and ``current_vkey`` name the one to check with."""
        rotate(house, log_key, NEW)
        with house.reading() as session:
            log = logs.log_named(session, HOUSE)
            listed = {one.name: one.vkey for one in logs.list_logs(session)}

            assert logs.vkey_of(log) == vkey(log_key)
            assert logs.current_vkey(session, log) == vkey(NEW)
        assert listed == {HOUSE: vkey(NEW), LICENSOR: vkey(NEW, LICENSOR)}

    def test_log_opened_later_begins_with_the_new_key(self, burgled: Database, log_key: Ed25519PrivateKey) -> None:
        """A log opened after a rotation never knew the old key."""
        rotate(burgled, log_key, NEW)
        with burgled.transaction() as session:
            open_log(session, SYSTEM, name="licensor-late")

        assert [period.vkey for period in succession(burgled, "licensor-late").periods] == [vkey(NEW, "licensor-late")]
        publish(burgled, NEW, "licensor-late")

    def test_no_log_slips_through(self, burgled: Database, log_key: Ed25519PrivateKey) -> None:
        """Logs that are opened while the keys change end with the new key, whoever came first."""
        opened = threading.Event()

        def open_some() -> None:
            for number in range(12):
                with burgled.transaction() as session:
                    open_log(session, SYSTEM, name=f"licensor-{number}")
                opened.set()

        opener = threading.Thread(target=open_some)
        opener.start()
        opened.wait(10)
        rotate(burgled, log_key, NEW)
        opener.join()
        with burgled.reading() as session:
            signing = {one.name: one.vkey for one in logs.list_logs(session)}

        assert signing == {name: vkey(NEW, name) for name in signing}

    def test_log_that_is_being_opened_is_waited_for(self, burgled: Database, log_key: Ed25519PrivateKey) -> None:
        """A log whose opening has read the old key and is not committed yet is handed over with the others."""
        opened, go_on = threading.Event(), threading.Event()

        def open_slowly() -> None:
            with burgled.transaction() as session:
                open_log(session, SYSTEM, name="licensor-slow")
                opened.set()
                go_on.wait(10)

        opener = threading.Thread(target=open_slowly)
        opener.start()
        opened.wait(10)
        threading.Timer(0.5, go_on.set).start()
        handed = rotate(burgled, log_key, NEW)
        opener.join()

        assert handed.keys() == {HOUSE, LICENSOR, "licensor-slow"}

    def test_checkpoint_of_the_old_key_is_taken_over_from_the_second_place(
        self, house: Database, log_key: Ed25519PrivateKey, tmp_path: Path
    ) -> None:
        """A crash before the rotation left one there; it is opened with the key of its size."""
        place = SecondPlace(tmp_path / "elsewhere")
        place.set_up()
        with house.reading() as session:
            newest = logs.newest_checkpoint(session, logs.log_named(session, HOUSE))
        place.swap(HOUSE, expected=None, new=newest.note if newest else b"")
        happen(house)
        with pytest.raises(KeyboardInterrupt), house.transaction() as session:
            publish_checkpoint(session, SYSTEM, log_name=HOUSE, key=log_key, second_place=place)
            raise KeyboardInterrupt
        lost = place.last(HOUSE)
        rotate(house, log_key, NEW)
        with house.reading() as session:
            check_second_place(session, place)
        last = publish(house, NEW, former=log_key, place=place)
        with house.reading() as session:
            notes = session.scalars(select(StoredCheckpoint.note).order_by(StoredCheckpoint.size)).all()

        assert lost in notes
        assert place.last(HOUSE) == last

    def test_forged_row_of_a_key_is_no_key(self, burgled: Database, log_key: Ed25519PrivateKey) -> None:
        """A key that somebody put into the table, without the statement of the one before it, signs nothing."""
        forged = {"since": 3, "algorithm": keys.FIRST, "public_key": logs.public_text(NEW.public_key())}
        with burgled.transaction() as session:
            log_id = logs.log_named(session, HOUSE).id
            session.execute(insert(LogKey).values(log_id=log_id, statement=None, **forged))
            record(session, SYSTEM, ThingHappened(about="thing:1"))

        for key in (NEW, log_key):
            with pytest.raises(LogBroken, match="keys that do not hold"):
                publish(burgled, key)

    def test_statement_under_another_row_is_no_key(self, burgled: Database, log_key: Ed25519PrivateKey) -> None:
        """A genuine statement beside another key or another size does not pass."""
        signer = Signer(f"{ORIGIN}/house", log_key)
        statement = sign_handover(3, old=signer, new=Signer(signer.name, NEW))
        row = {"algorithm": keys.FIRST, "public_key": logs.public_text(NEW.public_key()), "statement": statement}
        with burgled.transaction() as session:
            log_id = logs.log_named(session, HOUSE).id
            session.execute(insert(LogKey).values(log_id=log_id, since=2, **row))
            record(session, SYSTEM, ThingHappened(about="thing:1"))

        with pytest.raises(LogBroken, match="do not say what their statements say"):
            publish(burgled, NEW)
