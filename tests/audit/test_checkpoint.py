"""Checkpoints: one text for one tree head, opened only by the log's own key."""

import doctest

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from audit import checkpoint
from audit.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint, parse_decimal, sign_checkpoint
from audit.errors import BadSignature, MalformedCheckpoint, UnknownKey, WrongOrigin
from audit.note import Signer, Verifier, is_note_text, sign_note

# The note text of the example in C2SP tlog-checkpoint, commit 5ba5ee8.
SPEC_ROOT = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
SPEC_TEXT = f"example.com/behind-the-sofa\n20852163\n{SPEC_ROOT}\n"

ORIGIN = "house.example/log"
LOG = Signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(31) + b"\x01"))
WITNESS = Signer("witness.example", Ed25519PrivateKey.from_private_bytes(bytes(31) + b"\x02"))
BY_LOG = Verifier.from_vkey(LOG.vkey)
HEAD = Checkpoint(ORIGIN, 5, bytes(range(32)))

lines = st.text(min_size=1, max_size=30).filter(lambda line: "\n" not in line and is_note_text(line + "\n"))
checkpoints = st.builds(
    Checkpoint,
    lines,
    st.integers(0, 2**63 - 1),
    st.binary(min_size=32, max_size=32),
    st.lists(lines, max_size=3).map(tuple),
)


class TestText:
    """The canonical text."""

    def test_worked_example_of_the_module_holds(self) -> None:
        """What the module's docstring shows is what happens."""
        outcome = doctest.testmod(checkpoint)

        assert outcome.attempted > 0
        assert outcome.failed == 0

    def test_example_of_the_specification(self) -> None:
        """The specification's checkpoint is read and written back byte for byte."""
        read = parse_checkpoint(SPEC_TEXT)

        assert (read.origin, read.size, read.extensions) == ("example.com/behind-the-sofa", 20852163, ())
        assert read.text() == SPEC_TEXT

    @given(checkpoints)
    def test_what_is_written_is_read(self, written: Checkpoint) -> None:
        """Reading a checkpoint's text gives the checkpoint."""
        assert parse_checkpoint(written.text()) == written

    @given(checkpoints, st.data())
    def test_mutated_text_is_refused_or_is_another_in_canonical_form(
        self, written: Checkpoint, data: st.DataObject
    ) -> None:
        """No two texts are read as the same checkpoint."""
        text = written.text()
        place = data.draw(st.integers(0, len(text) - 1))
        wrong = text[:place] + data.draw(st.text(max_size=2)) + text[place + data.draw(st.integers(0, 2)) :]
        try:
            read = parse_checkpoint(wrong)
        except MalformedCheckpoint:
            return

        assert read.text() == wrong

    @pytest.mark.parametrize(
        "size",
        ["", "-7", "+1", "1_0", "+1_0", "01", "00", "-0", " 7", "7 ", "7.0", "0x7", "٣", "１", str(2**63), "9" * 5000],
    )
    def test_size_in_any_other_spelling(self, size: str) -> None:
        """A tree size is plain decimal digits without leading zeroes: everything else that Python would read is not."""
        with pytest.raises(MalformedCheckpoint):
            parse_checkpoint(f"{ORIGIN}\n{size}\n{SPEC_ROOT}\n")

    def test_number_past_the_end(self) -> None:
        """A number that no tree size can be is refused where it is read."""
        assert parse_decimal("9223372036854775807") == 2**63 - 1
        with pytest.raises(ValueError, match="not a number in its plain form"):
            parse_decimal("9223372036854775808")

    def test_sizes_at_the_ends(self) -> None:
        """0 is written 0, and 2**63 - 1 is the largest."""
        for size in (0, 2**63 - 1):
            assert parse_checkpoint(f"{ORIGIN}\n{size}\n{SPEC_ROOT}\n").size == size

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "\n",
            f"{ORIGIN}\n5\n",
            f"{ORIGIN}\n5\n{SPEC_ROOT}",
            f"\n5\n{SPEC_ROOT}\n",
            f"{ORIGIN}\n5\n{SPEC_ROOT}\n\n",
            f"{ORIGIN}\n5\n{SPEC_ROOT}\n\nextension\n",
            f"{ORIGIN}\n5\n{SPEC_ROOT}\nextension",
            f"{ORIGIN}\n5\n{SPEC_ROOT[:-1]}\n",
            f"{ORIGIN}\n5\n{SPEC_ROOT.replace('2I=', '2J=')}\n",
            f"{ORIGIN}\n5\n{SPEC_ROOT.replace('/', '_')}\n",
            f"{ORIGIN}\n5\nAAAA\n",
            f"{ORIGIN}\n5\nAA{SPEC_ROOT}\n",
            f"{ORIGIN}\n5\n {SPEC_ROOT}\n",
            f"{ORIGIN}\r\n5\r\n{SPEC_ROOT}\r\n",
            f"{ORIGIN}\t\n5\n{SPEC_ROOT}\n",
            f"{ORIGIN}\ud800\n5\n{SPEC_ROOT}\n",
        ],
    )
    def test_hostile_texts(self, text: str) -> None:
        """Missing lines, empty lines, a root of three bytes, base64 in another form: each is refused."""
        with pytest.raises(MalformedCheckpoint):
            parse_checkpoint(text)

    @pytest.mark.parametrize(
        ("origin", "size", "root", "extensions"),
        [
            ("", 0, bytes(32), ()),
            ("a\nb", 0, bytes(32), ()),
            (ORIGIN, -1, bytes(32), ()),
            (ORIGIN, 2**63, bytes(32), ()),
            (ORIGIN, 0, bytes(31), ()),
            (ORIGIN, 0, bytes(32), ("",)),
            (ORIGIN, 0, bytes(32), ("a\nb",)),
            (ORIGIN, 0, bytes(32), ("a\x1fb",)),
        ],
    )
    def test_what_cannot_be_a_checkpoint(
        self, origin: str, size: int, root: bytes, extensions: tuple[str, ...]
    ) -> None:
        """A checkpoint that could not be read again is not made: the fault is the caller's."""
        with pytest.raises(ValueError, match=r"lines|tree size|32 bytes"):
            Checkpoint(origin, size, root, extensions)


class TestSigned:
    """Checkpoints as signed notes."""

    def test_signed_checkpoint_opens(self) -> None:
        """What the log signed, its key opens, with a witness's line beside it or not."""
        assert open_checkpoint(sign_checkpoint(HEAD, LOG), BY_LOG, ORIGIN) == HEAD
        assert open_checkpoint(sign_checkpoint(HEAD, LOG, WITNESS), BY_LOG, ORIGIN) == HEAD

    def test_witness_alone_does_not_speak_for_the_log(self) -> None:
        """A checkpoint that the log has not signed is not the log's, whoever else did."""
        with pytest.raises(UnknownKey):
            open_checkpoint(sign_checkpoint(HEAD, WITNESS), BY_LOG, ORIGIN)

    def test_other_log_under_the_same_key(self) -> None:
        """A key that serves two logs does not let one stand for the other; the origin is compared whole."""
        for origin in ("house.example/lo", "house.example/log2", "House.example/log", "."):
            with pytest.raises(WrongOrigin):
                open_checkpoint(sign_checkpoint(HEAD, LOG), BY_LOG, origin)

    def test_edited_size_breaks_the_signature(self) -> None:
        """What was signed cannot be edited."""
        raw = sign_checkpoint(HEAD, LOG).replace(b"\n5\n", b"\n6\n")

        with pytest.raises(BadSignature):
            open_checkpoint(raw, BY_LOG, ORIGIN)

    def test_note_that_is_no_checkpoint(self) -> None:
        """A genuine signature over another kind of text opens nothing."""
        with pytest.raises(MalformedCheckpoint):
            open_checkpoint(sign_note("house.example/log\nhello\n", LOG), BY_LOG, ORIGIN)
