"""The one canonical form of a signed note: what is written is read, and every other spelling is refused."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from audit.errors import MalformedNote
from audit.note import (
    MAX_NOTE,
    MAX_SIGNATURES,
    Signature,
    SignedNote,
    Signer,
    Verifier,
    is_key_name,
    is_note_text,
    parse_note,
    sign_note,
    verify_note,
)

HOUSE = Signer("house.example/log", Ed25519PrivateKey.from_private_bytes(bytes(31) + b"\x01"))
BY_HOUSE = Verifier.from_vkey(HOUSE.vkey)
LINE = HOUSE.sign("text\n").line()

names = st.text(min_size=1, max_size=20).filter(is_key_name)
texts = st.text(max_size=60).map(lambda text: text + "\n").filter(is_note_text)
signatures = st.builds(Signature, names, st.binary(min_size=4, max_size=4), st.binary(min_size=1, max_size=80))
notes = st.builds(SignedNote, texts, st.lists(signatures, min_size=1, max_size=5).map(tuple))


class TestForm:
    """The one canonical form of a note."""

    @given(notes)
    def test_what_is_written_is_read(self, written: SignedNote) -> None:
        """Reading a note gives what was written, empty lines in the text included."""
        assert parse_note(written.encode()) == written

    @given(notes, st.data())
    def test_mutated_note_is_refused_or_is_another_in_canonical_form(
        self, written: SignedNote, data: st.DataObject
    ) -> None:
        """No two byte strings are read as the same note."""
        raw = written.encode()
        place = data.draw(st.integers(0, len(raw) - 1))
        wrong = raw[:place] + data.draw(st.binary(max_size=3)) + raw[place + data.draw(st.integers(0, 2)) :]
        try:
            read = parse_note(wrong)
        except MalformedNote:
            return

        assert read.encode() == wrong

    @given(st.binary(max_size=200))
    def test_noise_is_refused(self, raw: bytes) -> None:
        """Whatever comes, the answer is a verdict and not a crash."""
        with pytest.raises(MalformedNote):
            parse_note(raw)

    @pytest.mark.parametrize(
        "raw",
        [
            "",
            "\n\n",
            "text\n",
            "text\n\n",
            f"\n{LINE}",
            f"text\n{LINE}",
            f"text\n\n{LINE}"[:-1],
            f"text\n\n{LINE}{LINE}"[:-1],
            f"text\n\n{LINE}junk",
            f"text\n\n{LINE}\n",
            f"text\n\n{LINE}junk\n",
            f"text\n\njunk\n{LINE}",
            f"text\n\n {LINE}",
            f"text\n\n{LINE.replace('—', '-')}",
            f"text\n\n{LINE.replace(' ', '  ', 1)}",
            f"text\n\n{LINE.replace('=', '')}",
            f"text\n\n{LINE.replace('house', 'ho+use')}",
            "text\n\n" + LINE.replace("house", "ho\u00a0use"),
            f"text\n\n{LINE}".replace("\n", "\r\n"),
            f"te\txt\n\n{LINE}",
            f"te\x00xt\n\n{LINE}",
            "text\n\n— house.example/log AAAAAA==\n",
            "text\n\n— house.example/log \n",
            "text\n\n— house.example/log\n",
        ],
    )
    def test_hostile_notes(self, raw: str) -> None:
        """Lines that are not signatures are an error and not noise; nothing is trimmed or guessed."""
        with pytest.raises(MalformedNote):
            parse_note(raw.encode())

    def test_base64_has_one_form(self) -> None:
        """Bits left over at the end of base64 are zero: otherwise one signature would have four spellings."""
        signature = Signature("house.example/log", b"\x00\x00\x00\x01", b"s")
        spelt = "— house.example/log AAAAAXM=\n"

        assert signature.line() == spelt
        with pytest.raises(MalformedNote, match="canonical"):
            parse_note(f"text\n\n{spelt.replace('XM=', 'XN=')}".encode())

    def test_utf8_is_strict(self) -> None:
        """Bytes that are not UTF-8, surrogates and over-long forms among them, are refused."""
        for wrong in (b"\xff", b"\xed\xa0\x80", b"\xc0\xaf"):
            with pytest.raises(MalformedNote):
                parse_note(b"te" + wrong + b"xt\n\n" + LINE.encode())

    def test_last_empty_line_ends_the_text(self) -> None:
        """A text may hold empty lines, and even what looks like signatures."""
        text = f"text\n\n{LINE}\n\n"

        assert verify_note(sign_note(text, HOUSE), [BY_HOUSE]).text == text

    def test_size_is_bounded(self) -> None:
        """A note of more than a mebibyte or a hundred signatures is refused unread, and cannot be written."""
        signature = HOUSE.sign("text\n")
        room = MAX_NOTE - len(f"\n\n{signature.line()}".encode())

        assert len(SignedNote("t" * room + "\n", (signature,)).encode()) == MAX_NOTE
        with pytest.raises(ValueError, match="at most"):
            SignedNote("t" * (room + 1) + "\n", (signature,)).encode()
        with pytest.raises(MalformedNote, match="at most"):
            parse_note(f"{'t' * (room + 1)}\n\n{signature.line()}".encode())

    def test_hundred_signatures_and_no_more(self) -> None:
        """The specification asks for 16 at the least; a hundred is our bound, for reader and writer."""
        signature = HOUSE.sign("text\n")
        raw = f"text\n\n{signature.line() * MAX_SIGNATURES}".encode()

        assert SignedNote("text\n", (signature,) * MAX_SIGNATURES).encode() == raw
        assert len(parse_note(raw).signatures) == MAX_SIGNATURES
        for more in (1, 2, 5):
            with pytest.raises(MalformedNote):
                parse_note(raw + signature.line().encode() * more)
        with pytest.raises(ValueError, match="signatures"):
            SignedNote("text\n", (signature,) * (MAX_SIGNATURES + 1))

    @pytest.mark.parametrize("text", ["", "text", "te\rxt\n", "te\x1fxt\n", "te\ud800xt\n"])
    def test_what_cannot_be_signed(self, text: str) -> None:
        """A signer refuses a text that no reader would accept."""
        with pytest.raises(ValueError, match="newline"):
            HOUSE.sign(text)
        with pytest.raises(ValueError, match="newline"):
            SignedNote(text, (HOUSE.sign("text\n"),))

    def test_private_key_stays_out_of_the_repr(self) -> None:
        """A signer that lands in a log line shows its name only."""
        assert repr(HOUSE) == "Signer(name='house.example/log')"
