"""Submissions: one form, read as it is written, and as others write it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.errors import Malformed
from audit.note import VerifierKey, decode_base64, parse_note
from audit.witness.cosigning import Witness, trusted_logs
from audit.witness.store import Store, make_store
from audit.witness.submission import MAX_CHECKPOINT, MAX_HASHES, Submission, parse_submission
from tests.audit.witness.grounds import COSIGNER, NOW, Accused

# The example of C2SP tlog-witness, commit 5ba5ee8.
SPEC = """old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa \
Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
""".encode()

# A submission and the log's key as another witness's tests publish them (torchwood, cmd/litewitness, commit 5820115).
SIGSUM_ORIGIN = "sigsum.org/v1/tree/985ea163f5af026723561354f51f2ebcdcf2af809ce254ccfb64aa9aadd80f90"
SIGSUM_KEY = bytes.fromhex("52c05edad1bf5feffa81354faae59a655d9a9a1a793ed2f62c39c26c0be2aecd")
SIGSUM_LINE = "7BKT0gOfNZ1J0So9unY3BZtm2YkPIoNYM/dce0Z2avJDs8dxN6ts9bOSwwrVrbjm6P9K3ZxpK6jJngOG6YvGGzV/lwo="
SIGSUM = f"""old 0

{SIGSUM_ORIGIN}
1
KgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=

— {SIGSUM_ORIGIN} {SIGSUM_LINE}
""".encode()

submissions = st.builds(
    Submission,
    st.integers(0, 2**63 - 1),
    st.lists(st.binary(min_size=32, max_size=32), max_size=MAX_HASHES).map(tuple),
    st.binary(min_size=1, max_size=80),
)


def test_example_of_the_specification() -> None:
    """The specification's body is read and written back byte for byte."""
    read = parse_submission(SPEC)

    assert (read.old, len(read.proof)) == (20852014, 4)
    assert parse_note(read.checkpoint_raw).text.startswith("example.com/behind-the-sofa\n20852163\n")
    assert read.encode() == SPEC


def test_submission_that_others_publish(tmp_path: Path) -> None:
    """What another implementation's log sends is cosigned."""
    key = VerifierKey(SIGSUM_ORIGIN, 0x01, SIGSUM_KEY)
    make_store(tmp_path / "witness.db", COSIGNER.key.vkey)
    witness = Witness(COSIGNER, trusted_logs([key.vkey]), Store(tmp_path / "witness.db"), Accused())

    assert decode_base64(SIGSUM_LINE)[:4] == key.key_id
    assert witness.cosign(parse_submission(SIGSUM), now=NOW).startswith(f"— {COSIGNER.name} ")


@given(submissions)
def test_what_is_written_is_read(written: Submission) -> None:
    """Reading a submission gives the submission."""
    assert parse_submission(written.encode()) == written


@given(st.binary(max_size=200) | submissions.map(Submission.encode), st.data())
def test_mutated_bytes_are_refused_or_are_another(raw: bytes, data: st.DataObject) -> None:
    """No two bodies are read as the same submission."""
    at = data.draw(st.integers(0, len(raw)))
    wrong = raw[:at] + data.draw(st.binary(max_size=3)) + raw[at + data.draw(st.integers(0, 2)) :]
    try:
        read = parse_submission(wrong)
    except Malformed:
        return

    assert read.encode() == wrong


@pytest.mark.parametrize(
    ("old", "proof", "raw"),
    [
        (-1, (), b"x"),
        (2**63, (), b"x"),
        (0, (bytes(31),), b"x"),
        (0, (bytes(32),) * 64, b"x"),
        (0, (), b""),
        (0, (), b"x" * (MAX_CHECKPOINT + 1)),
    ],
)
def test_what_cannot_be_a_submission(old: int, proof: tuple[bytes, ...], raw: bytes) -> None:
    """What could not be read again is not made: the fault is the caller's."""
    with pytest.raises(ValueError, match=r"tree size|proof|checkpoint"):
        Submission(old, proof, raw)
