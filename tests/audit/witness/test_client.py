"""Asking witnesses: what they answer is believed only where it was verified."""

import time
from collections.abc import Iterator
from pathlib import Path
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit.cosignature import Cosigner, cosigned_at
from audit.note import parse_note
from audit.witness.client import WitnessDisagrees, submit
from audit.witness.exchange import MAX_ANSWER, WitnessAddress, WitnessFailed
from audit.witness.server import WitnessApp
from tests.audit.witness.grounds import (
    BY_WITNESS,
    COSIGNER,
    HONEST,
    NOW,
    Story,
    answers,
    new_witness,
    prove,
    served,
)

TEXT = parse_note(HONEST.checkpoint(9)).text


def asked(app: WSGIApplication, seconds: float = 10.0) -> int:
    """Submit the checkpoint of nine entries, and return the time of the cosignature."""
    with served(app) as url:
        address = WitnessAddress(url, BY_WITNESS, seconds)
        return cosigned_at(submit(HONEST.checkpoint(9), address, prove(HONEST, 9), old=5))


class TestSubmit:
    """One witness."""

    def test_witness_that_has_seen_less(self, tmp_path: Path) -> None:
        """A size that the witness tells is believed, and the proof from there is sent."""
        witness = new_witness(tmp_path)
        witness.cosign(HONEST.submission(0, 7), now=NOW)

        assert asked(WitnessApp(witness, lambda: NOW + 5)) == NOW + 5

    def test_witness_that_has_seen_nothing(self, tmp_path: Path) -> None:
        """A size of 0 is a size."""
        assert asked(WitnessApp(new_witness(tmp_path), lambda: NOW)) == NOW

    def test_witness_that_has_seen_more(self, tmp_path: Path) -> None:
        """A log that is shorter than its witness knows it to be gets nothing."""
        witness = new_witness(tmp_path)
        witness.cosign(HONEST.submission(0, 12), now=NOW)

        with pytest.raises(WitnessFailed, match="has seen 12 entries, where this checkpoint has 9"):
            asked(WitnessApp(witness, lambda: NOW))

    def test_witness_that_knows_another_story(self, tmp_path: Path) -> None:
        """A witness that refuses is told with its own words."""
        witness = new_witness(tmp_path)
        witness.cosign(Story("other", told=3).submission(0, 5), now=NOW)

        with pytest.raises(WitnessFailed, match="answered 422: the consistency proof leads to other roots"):
            asked(WitnessApp(witness, lambda: NOW))

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"\n",
            b"thank you\n",
            Cosigner("client.example/other", COSIGNER.private_key).cosign(TEXT, NOW).line().encode(),
            Cosigner(COSIGNER.name, Ed25519PrivateKey.generate()).cosign(TEXT, NOW).line().encode(),
            COSIGNER.cosign(parse_note(HONEST.checkpoint(7)).text, NOW).line().encode(),
            COSIGNER.cosign(TEXT, NOW).line().encode()[:-1],
            COSIGNER.cosign(TEXT, NOW).line().encode() + b"and more\n",
            COSIGNER.cosign(TEXT, NOW).line().encode() + b"x" * MAX_ANSWER,
            b"\xff\xfe\n",
        ],
    )
    def test_answer_that_is_no_cosignature(self, body: bytes) -> None:
        """Another witness's line, another checkpoint's, half a line, or more than one asked for: none is taken."""
        with pytest.raises(WitnessFailed):
            asked(answers("200 OK", "text/plain", body))

    def test_answer_that_moves_the_end_of_the_text(self) -> None:
        """A cosignature over the checkpoint and more is none of the checkpoint."""
        longer = f"{TEXT}\nextension\n"
        signed = COSIGNER.private_key.sign(f"cosignature/v1\ntime {NOW}\n{longer}".encode())
        line = COSIGNER.cosign(TEXT, NOW)
        forged = type(line)(line.name, line.key_id, NOW.to_bytes(8, "big") + signed).line()

        with pytest.raises(WitnessFailed, match="not of this checkpoint"):
            asked(answers("200 OK", "text/plain", f"extension\n\n{forged}".encode()))

    @pytest.mark.parametrize("body", [b"", b"7", b"07\n", b"-1\n", b"7\n\n", b"5\n", b"10\n", b"\xff\n"])
    def test_size_that_is_none(self, body: bytes) -> None:
        """A told size in another form, beyond the checkpoint, or the one that was sent, ends it."""
        with pytest.raises(WitnessFailed):
            asked(answers("409 Conflict", "text/x.tlog.size", body))

    def test_size_that_was_just_sent(self) -> None:
        """A witness that refuses the size it tells is not asked again."""
        with pytest.raises(WitnessFailed, match="has seen 5 entries"):
            asked(answers("409 Conflict", "text/x.tlog.size", b"5\n"))

    def test_conflict_without_a_size(self) -> None:
        """A 409 that tells no size is a refusal."""
        with pytest.raises(WitnessFailed, match="answered 409"):
            asked(answers("409 Conflict", "text/plain", b"7\n"))

    @pytest.mark.parametrize("status", ["409 Conflict", "422 Unprocessable Entity"])
    def test_refusal_of_what_the_log_says(self, status: str) -> None:
        """One size with another root is 422, and was 409 without a size in tlog-witness v1.0.0: both are heard."""
        with pytest.raises(WitnessDisagrees, match=status[:3]):
            asked(answers(status, "text/plain", b"no\n"))

    def test_size_that_changes_all_the_time(self) -> None:
        """A witness that tells a new size each time is left alone in the end."""
        told = iter(range(100))

        def app(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
            return list(
                answers("409 Conflict", "text/x.tlog.size", b"%d\n" % (next(told) % 9))(environ, start_response)
            )

        with pytest.raises(WitnessFailed, match="another size 4 times"):
            asked(app)

    def test_redirect_is_not_followed(self, tmp_path: Path) -> None:
        """A witness is where the policy says it is."""
        with served(WitnessApp(new_witness(tmp_path), lambda: NOW)) as elsewhere:
            to = ("Location", f"{elsewhere}/add-checkpoint")

            with pytest.raises(WitnessFailed, match="answered 307"):
                asked(answers("307 Temporary Redirect", "text/plain", b"", to))

    def test_answer_that_drips(self) -> None:
        """An answer that takes too long in all is ended, though it is right and each byte comes in time."""
        line = COSIGNER.cosign(TEXT, NOW).line().encode()

        def drip() -> Iterator[bytes]:
            for at in range(len(line)):
                time.sleep(0.02)
                yield line[at : at + 1]

        def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
            answers("200 OK", "text/plain", b"")(environ, start_response)
            return drip()

        with pytest.raises(WitnessFailed):
            asked(app, 0.3)

    def test_nobody_there(self) -> None:
        """A witness that is not there failed; it is no error of ours."""
        with pytest.raises(WitnessFailed, match="cannot be reached"):
            submit(HONEST.checkpoint(9), WitnessAddress("http://127.0.0.1:1", BY_WITNESS), prove(HONEST, 9))

    @pytest.mark.parametrize(
        "url",
        [
            "http://witness.example",
            "http://10.0.0.1/",
            "http://127.0.0.1.example/",
            "ftp://127.0.0.1/",
            "file:///etc/passwd",
            "//127.0.0.1",
            "https://",
            "https://user@witness.example/",
            "https://witness.example/?a=b",
            "https://witness.example/#a",
            "https://witness.example:port/",
            "https://witness.example:99999/",
        ],
    )
    def test_address_that_is_none(self, url: str) -> None:
        """HTTPS, or plain HTTP on this machine; no credentials and no query."""
        with pytest.raises(ValueError, match=r"address of a witness|[Pp]ort"):
            WitnessAddress(url, BY_WITNESS)

    @pytest.mark.parametrize("url", ["https://w.example/a", "http://localhost:80", "http://[::1]/", "http://127.8.0.1"])
    def test_address(self, url: str) -> None:
        """These are addresses."""
        assert WitnessAddress(url, BY_WITNESS).url == url
