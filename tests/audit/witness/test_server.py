"""The witness over HTTP: each answer is the one that C2SP tlog-witness asks for."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from audit.cosignature import cosigned_at
from audit.note import Signer, sign_note, verify_note
from audit.tree import EMPTY_ROOT
from audit.witness.cosigning import Witness
from audit.witness.server import WitnessApp
from audit.witness.submission import MAX_SUBMISSION, Submission
from tests.audit.witness.grounds import (
    BY_LOG,
    BY_WITNESS,
    COSIGNER,
    HONEST,
    LOG,
    NOW,
    ORIGIN,
    STRANGER,
    Story,
    asked,
    new_witness,
    served,
)

NEWEST = f"/{sha256(ORIGIN.encode()).hexdigest()}/checkpoint"
Ground = tuple[str, Witness]


@pytest.fixture(name="ground")
def _ground(tmp_path: Path) -> Iterator[Ground]:
    """A witness that has seen nothing, and its address."""
    witness = new_witness(tmp_path)
    with served(WitnessApp(witness, lambda: NOW)) as url:
        yield url, witness


def sent(url: str, submission: Submission | bytes) -> tuple[int, str, bytes]:
    """Submit, and return status, content type and body."""
    body = submission if isinstance(submission, bytes) else submission.encode()
    return asked(url, "POST", "/add-checkpoint", body)


class TestCosigned:
    """What is cosigned."""

    def test_first_checkpoint(self, ground: Ground) -> None:
        """Of a log that was never seen, any signed checkpoint is cosigned, with the time."""
        status, _, body = sent(ground[0], HONEST.submission(0, 7))
        text = HONEST.checkpoint(7).decode().partition("\n\n")[0] + "\n"
        verified = verify_note(f"{text}\n".encode() + body, [BY_WITNESS])

        assert status == 200
        assert verified.text == text
        assert cosigned_at(verified.signatures[0]) == NOW

    def test_log_that_grows(self, ground: Ground) -> None:
        """Each checkpoint that extends the last is cosigned."""
        for old, new in ((0, 1), (1, 2), (2, 3), (3, 64), (64, 65), (65, 200)):
            assert sent(ground[0], HONEST.submission(old, new))[0] == 200

    def test_same_checkpoint_again(self, ground: Ground) -> None:
        """The checkpoint that was seen last is cosigned again: silence and a heartbeat differ."""
        sent(ground[0], HONEST.submission(0, 7))

        assert sent(ground[0], HONEST.submission(7, 7))[0] == 200

    def test_line_repeated_a_hundred_times(self, ground: Ground) -> None:
        """A line that somebody repeated leaves room for the cosignature, and is kept once."""
        raw = HONEST.checkpoint(7)
        text, _, line = raw.partition(b"\n\n")
        status, _, told = sent(ground[0], Submission(0, (), text + b"\n\n" + line * 100))

        assert status == 200
        assert asked(ground[0], "GET", NEWEST)[2] == raw + told

    def test_empty_log(self, ground: Ground) -> None:
        """A log without entries has one root, and grows from there."""
        empty = sign_checkpoint(Checkpoint(ORIGIN, 0, EMPTY_ROOT), LOG)

        assert sent(ground[0], Submission(0, (), empty))[0] == 200
        assert sent(ground[0], HONEST.submission(0, 3))[0] == 200

    def test_newest_checkpoint(self, ground: Ground) -> None:
        """What was cosigned last is read back with the log's signature and the witness's, and no stranger's."""
        assert asked(ground[0], "GET", NEWEST)[0] == 404
        submission = HONEST.submission(0, 7)
        stranger = Signer("stranger.example", STRANGER.private_key)
        line = stranger.sign(submission.checkpoint_raw.decode().partition("\n\n")[0] + "\n").line().encode()
        told = sent(ground[0], Submission(0, (), submission.checkpoint_raw + line))[2]
        status, kind, body = asked(ground[0], "GET", NEWEST)

        assert (status, kind) == (200, "text/plain; charset=utf-8")
        assert body == submission.checkpoint_raw + told
        assert open_checkpoint(body, BY_LOG, ORIGIN).size == 7
        assert asked(ground[0], "HEAD", NEWEST) == (200, kind, b"")


class TestRefused:
    """What is not cosigned, and changes nothing."""

    @pytest.fixture(name="seven")
    def _seven(self, ground: Ground) -> Iterator[Ground]:
        """A witness that has seen seven entries, and must have seen no others at the end."""
        sent(ground[0], HONEST.submission(0, 7))
        yield ground
        seen = ground[1].store.latest(ORIGIN)
        assert seen is not None
        assert (seen.size, seen.root) == (7, HONEST.root(7))

    def test_other_log(self, seven: Ground) -> None:
        """404: a log that the witness does not watch."""
        raw = sign_checkpoint(Checkpoint("other.example/log", 9, bytes(32)), LOG)

        assert sent(seven[0], Submission(7, (), raw))[0] == 404

    def test_no_trusted_signature(self, seven: Ground) -> None:
        """403: nobody whom the witness trusts has signed."""
        assert sent(seven[0], Story(signer=STRANGER).submission(7, 9))[0] == 403

    def test_trusted_signature_that_fails(self, seven: Ground) -> None:
        """403: the trusted key is named, and did not sign this."""
        right = HONEST.submission(7, 9)
        wrong = right.checkpoint_raw.replace(b"\n9\n", b"\n10\n")

        assert sent(seven[0], Submission(7, right.proof, wrong))[0] == 403

    def test_cosignature_does_not_stand_for_the_logs_signature(self, seven: Ground) -> None:
        """403: what the witness itself once signed does not speak for the log."""
        text = HONEST.checkpoint(9).decode().partition("\n\n")[0] + "\n"
        raw = f"{text}\n{COSIGNER.cosign(text, NOW).line()}".encode()

        assert sent(seven[0], Submission(7, tuple(HONEST.proof(7, 9)), raw))[0] == 403

    def test_old_size_beyond_the_checkpoint(self, seven: Ground) -> None:
        """400: the old size is larger than the checkpoint's."""
        assert sent(seven[0], Submission(8, (), HONEST.checkpoint(7)))[0] == 400

    @pytest.mark.parametrize("old", [0, 6, 8])
    def test_other_old_size(self, seven: Ground, old: int) -> None:
        """409: the size that was seen last is told, in its own content type."""
        assert sent(seven[0], HONEST.submission(old, 9)) == (409, "text/x.tlog.size", b"7\n")

    def test_older_checkpoint(self, seven: Ground) -> None:
        """409: a log that is shorter than it was is not cosigned, whatever it says it was."""
        assert sent(seven[0], HONEST.submission(3, 5)) == (409, "text/x.tlog.size", b"7\n")

    def test_false_proof(self, seven: Ground) -> None:
        """422: a proof cut, spoiled, too long or of another story."""
        right = HONEST.submission(7, 9)
        proofs = [
            right.proof[:-1],
            (*right.proof, bytes(32)),
            (bytes(32), *right.proof[1:]),
            (),
            Story("other", told=6).submission(7, 9).proof,
        ]

        assert [sent(seven[0], Submission(7, proof, right.checkpoint_raw))[0] for proof in proofs] == [422] * 5

    def test_same_size_other_root(self, seven: Ground) -> None:
        """422: one size, two roots."""
        assert sent(seven[0], Story("other", told=6).submission(7, 7))[0] == 422

    def test_proof_where_none_is_due(self, seven: Ground) -> None:
        """422: nothing is to be proved between a checkpoint and itself."""
        assert sent(seven[0], Submission(7, (bytes(32),), HONEST.checkpoint(7)))[0] == 422

    @pytest.mark.parametrize(
        "change",
        [
            (b"old 7", b"old 07"),
            (b"old 7", b"old +7"),
            (b"old 7", b"old  7"),
            (b"old 7", b"Old 7"),
            (b"old 7", b"old 7\r"),
            (b"old 7", b"old 9223372036854775808"),
            (b"old 7\n", b""),
            (b"old 7\n", b"\nold 7\n"),
            (b"old 7\n", b"old 7\n" + b"A" * 43 + b"=\n" * 64),
            (b"old 7\n", b"old 7\nAAAA\n"),
            (b"=\n", b"\n"),
            (b"=\n\n", b"=\n"),
            ("—".encode(), b"-"),
            (b"house.example/log\n9\n", b"house.example/log\n\n9\n"),
        ],
    )
    def test_malformed(self, seven: Ground, change: tuple[bytes, bytes]) -> None:
        """400, or a refusal of what it then says: never a cosignature."""
        raw = HONEST.submission(7, 9).encode()
        wrong = raw.replace(*change, 1)

        assert wrong != raw
        assert sent(seven[0], wrong)[0] in {400, 403, 404}

    def test_what_the_log_signed_is_no_checkpoint(self, seven: Ground) -> None:
        """400: a genuine signature over something else."""
        assert sent(seven[0], Submission(7, (), sign_note(f"{ORIGIN}\nhello\n", LOG)))[0] == 400

    def test_length(self, seven: Ground) -> None:
        """413 and 411: a body without bounds is not read."""
        assert sent(seven[0], b"x" * (MAX_SUBMISSION + 1))[0] == 413
        assert asked(seven[0], "POST", "/add-checkpoint")[0] in {400, 411}

    @pytest.mark.parametrize(
        ("method", "path", "status"),
        [
            ("GET", "/add-checkpoint", 405),
            ("PUT", "/add-checkpoint", 405),
            ("POST", NEWEST, 405),
            ("GET", "/", 404),
            ("GET", NEWEST.upper(), 404),
            ("GET", NEWEST + "/", 404),
            ("GET", "/../../etc/passwd", 404),
            ("GET", "/" + "0" * 64 + "/checkpoint", 404),
        ],
    )
    def test_other_paths(self, seven: Ground, method: str, path: str, status: int) -> None:
        """Nothing else is here."""
        assert asked(seven[0], method, path, b"x" if method in {"PUT", "POST"} else None)[0] == status

    def test_proof_from_nothing(self, ground: Ground) -> None:
        """422: the proof from an old size of zero is empty."""
        assert sent(ground[0], Submission(0, (bytes(32),), HONEST.checkpoint(7)))[0] == 422
        assert ground[1].store.latest(ORIGIN) is None

    def test_order_of_refusals(self, seven: Ground) -> None:
        """Too large an old size is 400 before it is another one, and another one is 409 before its proof is read."""
        assert sent(seven[0], Submission(12, (), HONEST.checkpoint(9)))[0] == 400
        assert sent(seven[0], Submission(5, (bytes(32),), HONEST.checkpoint(9))) == (409, "text/x.tlog.size", b"7\n")
        assert sent(seven[0], Submission(0, (), Story("other", told=5).checkpoint(7)))[0] == 409
        assert sent(seven[0], Submission(7, (), Story("other", told=5).checkpoint(7)))[0] == 422

    def test_empty_tree_with_another_root(self, ground: Ground) -> None:
        """422: a log without entries has the root of nothing."""
        raw = sign_checkpoint(Checkpoint(ORIGIN, 0, bytes(32)), LOG)

        assert sent(ground[0], Submission(0, (), raw))[0] == 422
        assert ground[1].store.latest(ORIGIN) is None

    @settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(data=st.data())
    def test_hostile_bodies(self, seven: Ground, data: st.DataObject) -> None:
        """A submission with any few bytes changed is refused, or is another that says the same."""
        raw = HONEST.submission(7, 9).encode()
        at = data.draw(st.integers(0, len(raw) - 1))
        wrong = raw[:at] + data.draw(st.binary(max_size=3)) + raw[at + data.draw(st.integers(0, 3)) :]
        bodies = [wrong, data.draw(st.binary(max_size=300))]
        statuses = {sent(seven[0], body)[0] for body in bodies if body != raw}

        assert statuses <= {400, 403, 404, 409, 411, 422}
