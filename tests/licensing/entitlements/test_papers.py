"""Keys are sealed for their lot and read on the record; documents are kept byte for byte."""

import hashlib
from uuid import UUID

import pytest
from sqlalchemy import select, text

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.sealing import NotSealedHereError
from audit.models import Entry
from licensing.errors import AlreadyThere, BadDocument, BadLot, DocumentTooLarge, NoSuchKey, NoSuchRecord
from licensing.models.entitlements import LotKey
from licensing.queries.contracts import contract_detail
from licensing.queries.entitlements import document_bytes, list_documents
from licensing.rules.documents import DOCUMENT_MAX, DocumentEntry, check_document, media_type
from licensing.service.documents import attach_document
from licensing.service.keys import reveal_lot_key, set_lot_key
from tests.licensing.factories import NOW, make_contract, make_lot, make_product, make_vendor

KEY = "ABCD-1234-EFGH"


class TestKeys:
    """Licence keys."""

    def test_key_is_read_by_who_asks_and_on_the_record(self, database: Database) -> None:
        """A key comes out as it went in, and each reading is a fact in the vendor's log that holds no key."""
        with database.transaction() as session:
            lot = make_lot(session, make_product(session))
            set_lot_key(session, SYSTEM, lot_id=lot.id, key="older", now=NOW)
            set_lot_key(session, SYSTEM, lot_id=lot.id, key=f" {KEY}\n", now=NOW)
        with database.transaction() as session:
            shown = reveal_lot_key(session, SYSTEM, lot_id=lot.id)
        with database.reading() as session:
            kinds = session.scalars(select(Entry.kind).where(Entry.kind.like("licensing.key.%"))).all()
            bodies = b"".join(session.scalars(select(Entry.body)))
            sealed = session.scalar(select(LotKey.sealed)) or b""
            listed = contract_detail(session, lot.contract_id)

        assert shown == KEY
        assert sorted(kinds) == ["licensing.key.read", "licensing.key.set", "licensing.key.set"]
        assert KEY.encode() not in bodies + sealed
        assert KEY not in repr(listed)
        assert listed.lots[0].has_key

    def test_key_moved_to_another_lot_does_not_open(self, database: Database) -> None:
        """Who writes one lot's sealed key into another's row reads nothing."""
        with database.transaction() as session:
            product = make_product(session)
            one, other = make_lot(session, product), make_lot(session, product)
            for lot in (one, other):
                set_lot_key(session, SYSTEM, lot_id=lot.id, key=KEY, now=NOW)
            session.flush()
            session.execute(text("UPDATE licensing_lot_keys SET sealed = (SELECT min(sealed) FROM licensing_lot_keys)"))

        with pytest.raises(NotSealedHereError), database.transaction() as session:
            for lot in (one, other):
                reveal_lot_key(session, SYSTEM, lot_id=lot.id)

    def test_no_key_is_no_key(self, database: Database) -> None:
        """A lot without a key says so, and a blank is none."""
        with database.transaction() as session:
            lot_id = make_lot(session, make_product(session)).id
        with pytest.raises(NoSuchKey), database.transaction() as session:
            reveal_lot_key(session, SYSTEM, lot_id=lot_id)
        with pytest.raises(BadLot), database.transaction() as session:
            set_lot_key(session, SYSTEM, lot_id=lot_id, key=" \n", now=NOW)


class TestDocuments:
    """Papers of contracts."""

    def test_document_comes_back_as_it_went_in(self, database: Database) -> None:
        """Its bytes are kept, and its hash is on the trail; the same bytes again are refused."""
        content = bytes(range(256)) * 40
        entry = DocumentEntry("contract.pdf", "application/pdf", content)
        with database.transaction() as session:
            contract = make_contract(session, make_vendor(session).id)
            document_id = attach_document(session, SYSTEM, contract_id=contract.id, entry=entry, now=NOW).id
        with pytest.raises(AlreadyThere), database.transaction() as session:
            attach_document(session, SYSTEM, contract_id=contract.id, entry=entry, now=NOW)
        with database.reading() as session:
            listed = list_documents(session, contract.id).items
            kept = document_bytes(session, document_id)
            bodies = b"".join(session.scalars(select(Entry.body)))

        assert kept == content
        assert [(one.name, one.size) for one in listed] == [("contract.pdf", len(content))]
        assert hashlib.sha256(content).hexdigest().encode() in bodies

    def test_what_is_no_document_is_refused(self, database: Database) -> None:
        """Nothing, too much, or a name nobody can see is not kept; one that is not there is said to be so."""
        for entry, refusal in (
            (DocumentEntry("a.pdf", "application/pdf", b""), BadDocument),
            (DocumentEntry("a.pdf", "application/pdf", bytes(DOCUMENT_MAX + 1)), DocumentTooLarge),
            (DocumentEntry("a\x00.pdf", "application/pdf", b"x"), BadDocument),
        ):
            with pytest.raises(refusal):
                check_document(entry)

        with pytest.raises(NoSuchRecord), database.reading() as session:
            document_bytes(session, UUID(int=7))

    @pytest.mark.parametrize(
        ("sent", "kept"),
        [
            ("application/pdf; x=1", "application/pdf"),
            ("TEXT/plain", "text/plain"),
            (None, "application/octet-stream"),
            ("text/html\r\nSet-Cookie: a", "application/octet-stream"),
        ],
    )
    def test_media_type_is_a_word(self, sent: str | None, kept: str) -> None:
        """What is kept of the sender's word is a media type and nothing else."""
        assert media_type(sent) == kept
