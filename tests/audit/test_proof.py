"""Receipts: a file, an entry and a key are enough, and nothing else passes for them."""

import doctest
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from audit import proof
from audit.checkpoint import Checkpoint, sign_checkpoint
from audit.errors import BadProof, BadSignature, MalformedProof, UnknownKey, VerificationError, WrongOrigin
from audit.note import Signer, Verifier
from audit.proof import TlogProof, parse_proof, verify_proof
from audit.tree import inclusion_proof, tree_root
from tests.audit.reference_tree import PlainReader, plain_leaves

ORIGIN = "house.example/log"
SIZE = 13
READER = PlainReader(plain_leaves(SIZE))
LOG = Signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(31) + b"\x01"))
OTHER = Signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(31) + b"\x02"))
BY_LOG = Verifier.from_vkey(LOG.vkey)
HEAD = sign_checkpoint(Checkpoint(ORIGIN, SIZE, tree_root(SIZE, READER)), LOG)
HASH_LINE = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="


def entry(index: int) -> bytes:
    """Return the bytes of an entry of the tree."""
    return b"entry %d" % index


def receipt(index: int) -> TlogProof:
    """Return the honest proof of that entry."""
    return TlogProof(index, tuple(inclusion_proof(index, SIZE, READER)), HEAD)


proofs = st.builds(
    TlogProof,
    st.integers(0, 2**63 - 2),
    st.lists(st.binary(min_size=32, max_size=32), max_size=63).map(tuple),
    st.binary(min_size=1, max_size=80),
    st.none() | st.binary(min_size=1, max_size=50),
)


class TestForm:
    """The ``.tlog-proof`` file."""

    def test_worked_example_of_the_module_holds(self) -> None:
        """What the module's docstring shows is what happens."""
        outcome = doctest.testmod(proof)

        assert outcome.attempted > 0
        assert outcome.failed == 0

    def test_layout_of_the_specification(self) -> None:
        """Header, extra, index, hashes, empty line, checkpoint verbatim (C2SP tlog-proof)."""
        raw = f"c2sp.org/tlog-proof@v1\nextra YWdl\nindex 73894\n{HASH_LINE}\n\ncheckpoint\nverbatim"
        read = parse_proof(raw.encode())

        assert (read.index, read.extra, len(read.hashes)) == (73894, b"age", 1)
        assert read.checkpoint_raw == b"checkpoint\nverbatim"
        assert read.encode() == raw.encode()

    @given(proofs)
    def test_what_is_written_is_read(self, written: TlogProof) -> None:
        """Reading a proof gives what was written, whatever bytes the checkpoint has."""
        assert parse_proof(written.encode()) == written

    def test_longest_proof(self) -> None:
        """A tree of 2**63 - 1 entries has proofs of 63 hashes, and those are read."""
        longest = TlogProof(2**62, (bytes(32),) * 63, b"checkpoint", b"extra")

        assert parse_proof(longest.encode()) == longest

    @given(proofs, st.data())
    def test_mutated_proof_is_refused_or_is_another_in_canonical_form(
        self, written: TlogProof, data: st.DataObject
    ) -> None:
        """No two byte strings are read as the same proof."""
        raw = written.encode()
        place = data.draw(st.integers(0, len(raw) - 1))
        wrong = raw[:place] + data.draw(st.binary(max_size=2)) + raw[place + data.draw(st.integers(0, 2)) :]
        try:
            read = parse_proof(wrong)
        except MalformedProof:
            return

        assert read.encode() == wrong

    @pytest.mark.parametrize(
        "raw",
        [
            "",
            "c2sp.org/tlog-proof@v1\nindex 1\n",
            "c2sp.org/tlog-proof@v1\nindex 1\n\n",
            "c2sp.org/tlog-proof@v2\nindex 1\n\ncheckpoint",
            "c2sp.org/tlog-proof@v1\n\ncheckpoint",
            "c2sp.org/tlog-proof@v1\nextra YWdl\n\ncheckpoint",
            "c2sp.org/tlog-proof@v1\nextra \nindex 1\n\ncheckpoint",
            "c2sp.org/tlog-proof@v1\nextra YWd\nindex 1\n\ncheckpoint",
            "c2sp.org/tlog-proof@v1\nindex 1\nextra YWdl\n\ncheckpoint",
            "c2sp.org/tlog-proof@v1\nextra YWdl\nextra YWdl\nindex 1\n\ncheckpoint",
            "c2sp.org/tlog-proof@v1\n1\n\ncheckpoint",
            "c2sp.org/tlog-proof@v1\nindex -1\n\ncheckpoint",
            "c2sp.org/tlog-proof@v1\nindex +1_0\n\ncheckpoint",
            "c2sp.org/tlog-proof@v1\nindex 01\n\ncheckpoint",
            "c2sp.org/tlog-proof@v1\nindex  1\n\ncheckpoint",
            "c2sp.org/tlog-proof@v1\nindex 9223372036854775807\n\ncheckpoint",
            "c2sp.org/tlog-proof@v1\nindex 1\nAAAA\n\ncheckpoint",
            f"c2sp.org/tlog-proof@v1\nindex 1\n {HASH_LINE}\n\ncheckpoint",
            f"c2sp.org/tlog-proof@v1\nindex 1\n{HASH_LINE[:-2]}J=\n\ncheckpoint",
            f"c2sp.org/tlog-proof@v1\r\nindex 1\r\n{HASH_LINE}\r\n\r\ncheckpoint",
            f"c2sp.org/tlog-proof@v1\nindex 1\n{HASH_LINE}\n" + f"{HASH_LINE}\n" * 63 + "\ncheckpoint",
            f"c2sp.org/tlog-proof@v1\nindex 1\n{HASH_LINE}\n" + f"{HASH_LINE}\n" * 100 + "\ncheckpoint",
            "c2sp.org/tlog-proof@v1\nindex ٣\n\ncheckpoint",
        ],
    )
    def test_hostile_proofs(self, raw: str) -> None:
        """Missing, doubled or misplaced lines, numbers and base64 in other spellings, too many hashes: refused."""
        with pytest.raises(MalformedProof):
            parse_proof(raw.encode())

    @pytest.mark.parametrize(
        ("index", "hashes", "checkpoint", "extra"),
        [
            (-1, (), b"checkpoint", None),
            (2**63 - 1, (), b"checkpoint", None),
            (0, (bytes(31),), b"checkpoint", None),
            (0, (bytes(32),) * 64, b"checkpoint", None),
            (0, (), b"", None),
            (0, (), bytes(1 << 21), None),
            (0, (), b"checkpoint", b""),
            (0, (), b"checkpoint", bytes(1 << 17)),
        ],
    )
    def test_what_cannot_be_a_proof(
        self, index: int, hashes: tuple[bytes, ...], checkpoint: bytes, extra: bytes | None
    ) -> None:
        """A proof that could not be read again is not made: the fault is the caller's."""
        with pytest.raises(ValueError, match=r"index|hashes|bytes"):
            TlogProof(index, hashes, checkpoint, extra)


class TestVerification:
    """What a receipt proves."""

    def test_each_entry_has_a_receipt(self) -> None:
        """The receipt of each entry verifies for that entry and for no other."""
        for index in range(SIZE):
            for other in range(SIZE):
                if other == index:
                    verify_proof(receipt(index), entry(other), BY_LOG, ORIGIN)
                else:
                    with pytest.raises(BadProof):
                        verify_proof(receipt(index), entry(other), BY_LOG, ORIGIN)

    def test_every_bit_of_the_file_counts(self) -> None:
        """Turn any bit of a receipt, and it is refused."""
        raw = receipt(9).encode()
        for place in range(len(raw)):
            for bit in range(8):
                wrong = raw[:place] + bytes([raw[place] ^ 1 << bit]) + raw[place + 1 :]
                with pytest.raises(VerificationError):
                    verify_proof(parse_proof(wrong), entry(9), BY_LOG, ORIGIN)

    def test_index_beyond_the_checkpoint(self) -> None:
        """An index past the end is a false proof, and no crash of the verifier."""
        with pytest.raises(BadProof, match="has no leaf"):
            verify_proof(replace(receipt(9), index=SIZE), entry(9), BY_LOG, ORIGIN)

    def test_checkpoint_by_another_key(self) -> None:
        """A whole tree made up by somebody else, under the log's name, proves nothing."""
        forged = replace(
            receipt(9), checkpoint_raw=sign_checkpoint(Checkpoint(ORIGIN, SIZE, tree_root(SIZE, READER)), OTHER)
        )

        with pytest.raises(UnknownKey):
            verify_proof(forged, entry(9), BY_LOG, ORIGIN)

    def test_edited_checkpoint(self) -> None:
        """A size that was edited after signing is noticed before the proof is looked at."""
        edited = replace(receipt(9), checkpoint_raw=HEAD.replace(b"\n13\n", b"\n12\n"))

        with pytest.raises(BadSignature):
            verify_proof(edited, entry(9), BY_LOG, ORIGIN)

    def test_receipt_of_another_log(self) -> None:
        """A receipt counts for the log that it was asked of."""
        with pytest.raises(WrongOrigin):
            verify_proof(receipt(9), entry(9), BY_LOG, "house.example/other")

    def test_extra_data_changes_nothing(self) -> None:
        """Extra data is carried along; it can neither make nor break a proof."""
        verify_proof(parse_proof(replace(receipt(9), extra=b"anything").encode()), entry(9), BY_LOG, ORIGIN)
