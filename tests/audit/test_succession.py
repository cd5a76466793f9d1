"""The keys of a log follow from each other, link by link, or they are not believed at all."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from audit.checkpoint import Checkpoint, sign_checkpoint
from audit.errors import (
    BadSignature,
    BrokenSuccession,
    MalformedKey,
    MalformedStatement,
    RevokedKey,
    UnknownKey,
    VerificationError,
    WrongOrigin,
)
from audit.note import SignedNote, Signer, VerifierKey, sign_note
from audit.succession import (
    HANDOVER,
    REVOCATION,
    KeyState,
    Standing,
    Statement,
    Succession,
    parse_statement,
    sign_handover,
    sign_revocation,
)

ORIGIN = "house.example/log"
FIRST, SECOND, THIRD, FOURTH = (
    Signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)) for number in range(1, 5)
)
ELSEWHERE = [Signer("other.example/log", signer.private_key) for signer in (FIRST, SECOND)]
TO_SECOND = sign_handover(10, old=FIRST, new=SECOND)
TO_THIRD = sign_handover(20, old=SECOND, new=THIRD)
FIRST_REVOKED = sign_revocation(4, revoked=FIRST, current=SECOND)
SECOND_REVOKED = sign_revocation(15, revoked=SECOND, current=THIRD)


def read(*statements: bytes) -> Succession:
    """Read a succession from the first key."""
    return Succession.read(FIRST.vkey, statements)


def checkpoint(size: int, *signers: Signer, origin: str = ORIGIN) -> bytes:
    """Sign a checkpoint of a size."""
    return sign_checkpoint(Checkpoint(origin, size, bytes(32)), *signers)


class TestWhichKeySigns:
    """The key with the greatest ``since`` below the size."""

    @pytest.mark.parametrize(
        ("size", "signer"),
        [(0, FIRST), (1, FIRST), (10, FIRST), (11, SECOND), (20, SECOND), (21, THIRD), (2**63 - 1, THIRD)],
    )
    def test_each_size_has_one_key(self, size: int, signer: Signer) -> None:
        """Up to the handover the old key signs, beyond it the new one."""
        assert read(TO_SECOND, TO_THIRD).key_for(size).key == signer.key

    def test_checkpoint_opens_with_the_key_of_its_size_only(self) -> None:
        """A key that handed over opens nothing beyond, and a new key nothing before."""
        succession = read(TO_SECOND)

        assert succession.open_checkpoint(checkpoint(10, FIRST)).size == 10
        assert succession.open_checkpoint(checkpoint(11, SECOND)).size == 11
        for raw in (checkpoint(11, FIRST), checkpoint(10, SECOND), checkpoint(11, THIRD)):
            with pytest.raises(UnknownKey):
                succession.open_checkpoint(raw)

    def test_first_checkpoint_with_both_lines_opens_for_both(self) -> None:
        """The line of the old key beside the new one's leads over who has only the old key."""
        raw = checkpoint(11, SECOND, FIRST)

        assert read(TO_SECOND).open_checkpoint(raw).size == 11
        assert read(TO_SECOND).trusting(SECOND.vkey).open_checkpoint(raw).size == 11
        assert read().open_checkpoint(raw).size == 11

    def test_another_logs_checkpoint_is_refused(self) -> None:
        """The same key under another name is another log's."""
        foreign = checkpoint(5, FIRST, origin="other.example/log")

        with pytest.raises(WrongOrigin):
            read().open_checkpoint(foreign)


class TestStanding:
    """What a key is to a log."""

    def test_each_key_has_its_state(self) -> None:
        """Current, superseded, revoked and unknown are told apart."""
        succession = read(TO_SECOND, FIRST_REVOKED, TO_THIRD)

        assert succession.standing(FIRST.vkey) == Standing(KeyState.REVOKED, 0, 10, 4)
        assert succession.standing(SECOND.vkey) == Standing(KeyState.SUPERSEDED, 10, 20)
        assert succession.standing(THIRD.vkey) == Standing(KeyState.CURRENT, 20)
        assert succession.standing(FOURTH.vkey) == Standing(KeyState.UNKNOWN)
        assert succession.standing(ELSEWHERE[0].vkey) == Standing(KeyState.UNKNOWN)

    def test_what_a_revoked_key_signed_stands_up_to_a_size(self) -> None:
        """Beyond that it is still seen whose turn it was, and not believed on its own."""
        succession = read(TO_SECOND, FIRST_REVOKED)
        succession.require_standing(4)
        succession.require_standing(11)

        assert succession.open_checkpoint(checkpoint(5, FIRST)).size == 5
        for size in (5, 10):
            with pytest.raises(RevokedKey, match="more than 4 entries"):
                succession.require_standing(size)

    def test_former_key_is_revoked_later(self) -> None:
        """A key that handed over long ago can still be revoked, by whoever signs then."""
        late = sign_revocation(0, revoked=FIRST, current=THIRD)

        assert read(TO_SECOND, TO_THIRD, late).standing(FIRST.vkey).stands == 0


class TestTrusting:
    """Who trusts one key believes that key and its heirs."""

    def test_trust_goes_forward_only(self) -> None:
        """A handover does not name the old key, so anybody could put himself before a trusted one."""
        impostor = Signer(ORIGIN, FOURTH.private_key)
        spliced = sign_handover(10, old=impostor, new=SECOND)
        believed = Succession.read(impostor.vkey, [spliced]).trusting(SECOND.vkey)

        assert believed.key_for(11).key == SECOND.key
        with pytest.raises(UnknownKey, match="more than 10 entries"):
            believed.key_for(10)

    def test_opening_key_leads_to_all(self) -> None:
        """From the first key on, nothing is left out."""
        assert read(TO_SECOND, TO_THIRD).trusting(FIRST.vkey) == read(TO_SECOND, TO_THIRD)

    def test_revoked_key_leads_nowhere(self) -> None:
        """Who stole a key can name an heir with it, so it vouches for none."""
        with pytest.raises(RevokedKey):
            read(TO_SECOND, FIRST_REVOKED).trusting(FIRST.vkey)

    def test_strange_key_leads_nowhere(self) -> None:
        """A key that is none of the log's is unknown."""
        with pytest.raises(UnknownKey):
            read(TO_SECOND).trusting(THIRD.vkey)


def by_one(signer: Signer, header: str = HANDOVER, vkey: str = SECOND.vkey) -> bytes:
    """Return a statement that only one key signed."""
    return sign_note(Statement(header, ORIGIN, 4, vkey).text(), signer)


HOSTILE: dict[str, tuple[list[bytes], type[VerificationError]]] = {
    "reordered": ([TO_THIRD, TO_SECOND], BrokenSuccession),
    "first link dropped": ([TO_THIRD], BrokenSuccession),
    "signed by the old key only": ([by_one(FIRST)], BrokenSuccession),
    "signed by the new key only": ([by_one(SECOND)], BrokenSuccession),
    "signed by a stranger only": ([by_one(FOURTH)], BrokenSuccession),
    "signed by the old key twice": (
        [sign_note(Statement(HANDOVER, ORIGIN, 4, SECOND.vkey).text(), FIRST, FIRST)],
        BrokenSuccession,
    ),
    "signed in the other order": (
        [sign_note(Statement(HANDOVER, ORIGIN, 4, SECOND.vkey).text(), SECOND, FIRST)],
        BrokenSuccession,
    ),
    "signed by a third, too": (
        [sign_note(Statement(HANDOVER, ORIGIN, 4, SECOND.vkey).text(), FIRST, SECOND, THIRD)],
        BrokenSuccession,
    ),
    "since goes backwards": ([TO_SECOND, sign_handover(9, old=SECOND, new=THIRD)], BrokenSuccession),
    "since stays": ([TO_SECOND, sign_handover(10, old=SECOND, new=THIRD)], BrokenSuccession),
    "fork of two heirs": ([TO_SECOND, sign_handover(12, old=FIRST, new=THIRD)], BrokenSuccession),
    "same link twice": ([TO_SECOND, TO_SECOND], BrokenSuccession),
    "a key comes back": ([TO_SECOND, sign_handover(12, old=SECOND, new=FIRST)], BrokenSuccession),
    "handed to itself": ([sign_handover(12, old=FIRST, new=FIRST)], BrokenSuccession),
    "of another log": ([sign_handover(10, old=ELSEWHERE[0], new=ELSEWHERE[1])], WrongOrigin),
    "current key revoked": ([sign_revocation(4, revoked=FIRST, current=FIRST)], BrokenSuccession),
    "revoked by an heir to come": ([FIRST_REVOKED, TO_SECOND], BrokenSuccession),
    "revoked twice": ([TO_SECOND, FIRST_REVOKED, FIRST_REVOKED], BrokenSuccession),
    "revoked by a former key": ([TO_SECOND, TO_THIRD, FIRST_REVOKED], BrokenSuccession),
    "revocation by the revoked key only": ([TO_SECOND, by_one(FIRST, REVOCATION, FIRST.vkey)], BrokenSuccession),
    "revocation by the current key only": ([TO_SECOND, by_one(SECOND, REVOCATION, FIRST.vkey)], BrokenSuccession),
    "a stranger's key revoked": ([TO_SECOND, sign_revocation(4, revoked=THIRD, current=SECOND)], BrokenSuccession),
    "more stands than was signed": ([TO_SECOND, sign_revocation(11, revoked=FIRST, current=SECOND)], BrokenSuccession),
    "signature altered": ([TO_SECOND[:-10] + b"AAAAAAAA=\n"], BadSignature),
    "a checkpoint": ([checkpoint(10, FIRST, SECOND)], MalformedStatement),
    "heir without a key of this kind": (
        [sign_note(Statement(HANDOVER, ORIGIN, 4, VerifierKey(ORIGIN, 6, b"k").vkey).text(), FIRST)],
        MalformedKey,
    ),
}


class TestHostile:
    """A chain that does not hold link by link is refused whole."""

    @pytest.mark.parametrize("name", HOSTILE)
    def test_chain_is_refused(self, name: str) -> None:
        """Reordered, dropped, forked, replayed, signed by one alone: none is read."""
        statements, expected = HOSTILE[name]

        with pytest.raises(expected):
            read(*statements)

    @pytest.mark.parametrize("part", ["since", "vkey"])
    def test_signed_text_cannot_be_changed(self, part: str) -> None:
        """Another number or another heir under the same signatures fails."""
        text, gap, signatures = TO_SECOND.partition(b"\n\n")
        changed = text.replace(b"\n10\n", b"\n11\n") if part == "since" else text
        opened = changed.replace(SECOND.vkey.encode(), THIRD.vkey.encode()) if part == "vkey" else changed

        with pytest.raises(BadSignature if part == "since" else BrokenSuccession):
            read(opened + gap + signatures)

    def test_heir_with_the_key_id_of_the_old_key_cannot_sign_for_both(self) -> None:
        """A key ID has four bytes: a thief finds a key with the same one, and it opens nothing."""
        held, found = (
            Signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(number.to_bytes(32, "big")))
            for number in (37614, 77872)
        )
        forged = sign_note(Statement(HANDOVER, ORIGIN, 4, found.vkey).text(), found, found)

        assert held.key.key_id == found.key.key_id
        with pytest.raises(BadSignature):
            Succession.read(held.vkey, [forged])


class TestForm:
    """A statement has one form."""

    @given(st.sampled_from([HANDOVER, REVOCATION]), st.integers(0, 2**63 - 1))
    def test_what_is_written_is_read(self, header: str, size: int) -> None:
        """Writing and reading are each other's reverse."""
        statement = Statement(header, ORIGIN, size, SECOND.vkey)

        assert parse_statement(statement.text()) == statement

    @pytest.mark.parametrize(
        ("place", "line"),
        [
            (0, "answerprint/key-handover@v2"),
            (0, ""),
            (1, ""),
            (1, "other.example/log"),
            *((2, number) for number in ("+10", "010", "-1", "1_0", " 10", str(2**63), "", "٣")),
            (3, ""),
            (3, f"{SECOND.vkey} "),
            (3, f"{SECOND.vkey}\r"),
            (3, SECOND.vkey[:-1]),
            (3, SECOND.vkey.replace("+", "-")),
            (3, f"{SECOND.vkey}\nmore"),
            (4, "more"),
            (4, "\n"),
        ],
    )
    def test_any_other_form_is_refused(self, place: int, line: str) -> None:
        """Another number, another version, another line: malformed."""
        lines = Statement(HANDOVER, ORIGIN, 10, SECOND.vkey).text().split("\n")
        lines[place] = line

        with pytest.raises(MalformedStatement):
            parse_statement("\n".join(lines))

    def test_last_newline_is_part_of_it(self) -> None:
        """A text that ends without one is none."""
        with pytest.raises(MalformedStatement):
            parse_statement(Statement(HANDOVER, ORIGIN, 10, SECOND.vkey).text()[:-1])

    def test_nonsense_of_the_callers_own_is_his_fault(self) -> None:
        """A negative size or keys of two logs is a fault in the program, and no verdict."""
        with pytest.raises(ValueError, match="not a number"):
            sign_handover(-1, old=FIRST, new=SECOND)
        with pytest.raises(ValueError, match="the statement of"):
            sign_handover(1, old=FIRST, new=ELSEWHERE[1])

    def test_note_with_no_statement_is_refused(self) -> None:
        """A note of these keys about something else says nothing about keys."""
        note = SignedNote("hello\n", (FIRST.sign("hello\n"), SECOND.sign("hello\n"))).encode()

        with pytest.raises(MalformedStatement):
            read(note)
