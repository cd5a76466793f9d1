"""Asking all witnesses of a policy: side by side, and what speaks against the log is brought home."""

import time
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit.cosignature import Cosigner
from audit.errors import UnknownKey
from audit.note import parse_note
from audit.policy import Policy, QuorumNotMet, parse_policy
from audit.witness.client import collect, with_cosignatures
from audit.witness.server import WitnessApp
from tests.audit.witness.grounds import (
    COSIGNER,
    HONEST,
    LOG,
    NOW,
    STRANGER,
    Story,
    answers,
    new_witness,
    prove,
    served,
)


class TestCollect:
    """All witnesses of a policy."""

    def test_one_answers_and_one_does_not(self, tmp_path: Path) -> None:
        """The result says who is missing, and whether the quorum is met; who wants it met may insist."""
        with served(WitnessApp(new_witness(tmp_path), lambda: NOW)) as url:
            both = collect(HONEST.checkpoint(9), policy(url, "group g all here gone\nquorum g\n"), prove(HONEST, 9))
            either = collect(HONEST.checkpoint(9), policy(url, "group g any here gone\nquorum g\n"), prove(HONEST, 9))

        assert [(one.witness, one.cosignature is not None) for one in both.answers] == [
            ("here", True),
            ("gone", False),
            ("astray", False),
        ]
        assert not both.witnessed.is_quorum_met
        with pytest.raises(QuorumNotMet, match="gone: the witness cannot be reached"):
            both.require_quorum()
        either.require_quorum()
        assert either.note.startswith(HONEST.checkpoint(9))

    def test_policy_of_another_log(self) -> None:
        """Nobody is asked about a checkpoint that no log of the policy has signed."""
        requests = []

        def app(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
            requests.append(environ["PATH_INFO"])
            return list(answers("200 OK", "text/plain", b"")(environ, start_response))

        with served(app) as url, pytest.raises(UnknownKey):
            collect(Story(signer=STRANGER).checkpoint(9), policy(url, "quorum none\n"), prove(HONEST, 9))

        assert requests == []

    def test_slow_witnesses_are_waited_for_side_by_side(self, tmp_path: Path) -> None:
        """Seven who do not answer cost the time of one, and the eighth is heard."""

        def silent(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
            time.sleep(1.5)
            return list(answers("200 OK", "text/plain", b"")(environ, start_response))

        names = [f"slow{number}" for number in range(7)]
        vkeys = {name: Cosigner(name, Ed25519PrivateKey.generate()).key.vkey for name in names}
        with served(silent) as slow, served(WitnessApp(new_witness(tmp_path), lambda: NOW)) as url:
            lines = [f"log {LOG.vkey}", *(f"witness {name} {vkey} {slow}" for name, vkey in vkeys.items())]
            asked_all = parse_policy(
                "\n".join([*lines, f"witness here {COSIGNER.key.vkey} {url}", "quorum here\n"]).encode()
            )
            begun = time.monotonic()
            collected = collect(HONEST.checkpoint(9), asked_all, prove(HONEST, 9), seconds=0.5)
            took = time.monotonic() - begun

        assert took < 2
        assert collected.witnessed.is_quorum_met
        assert sum(one.failure is not None for one in collected.answers) == 7

    @pytest.mark.parametrize("size", [5, 9, 12])
    def test_witness_shows_what_speaks_against_the_log(self, tmp_path: Path, size: int) -> None:
        """One that has seen another story, or more, shows the log's own signature on it, and none but the log's."""
        witness = new_witness(tmp_path)
        other = Story("other", told=3)
        witness.cosign(other.submission(0, size), now=NOW)
        with served(WitnessApp(witness, lambda: NOW)) as url:
            collected = collect(HONEST.checkpoint(9), policy(url, "quorum here\n"), prove(HONEST, 9))

        assert collected.answers[0].shown == other.checkpoint(size)

    def test_what_the_log_has_not_signed_is_not_shown(self) -> None:
        """A witness that shows a checkpoint of its own making shows nothing."""
        forged = Story("other", told=3, signer=STRANGER).checkpoint(12)

        def lying(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
            if environ["REQUEST_METHOD"] == "GET":
                start_response("200 OK", [("Content-Type", "text/plain")])
                return [forged]
            return list(answers("409 Conflict", "text/x.tlog.size", b"12\n")(environ, start_response))

        with served(lying) as url:
            collected = collect(HONEST.checkpoint(9), policy(url, "quorum here\n"), prove(HONEST, 9))

        assert collected.answers[0].shown is None
        assert "has seen 12 entries" in str(collected.answers[0].failure)

    def test_newer_cosignature_takes_the_place_of_the_older(self) -> None:
        """A note holds one line of a witness, the newest."""
        text = parse_note(HONEST.checkpoint(9)).text
        first = with_cosignatures(HONEST.checkpoint(9), [COSIGNER.cosign(text, NOW)])
        second = with_cosignatures(first, [COSIGNER.cosign(text, NOW + 1)])

        assert second == HONEST.checkpoint(9) + COSIGNER.cosign(text, NOW + 1).line().encode()


def policy(url: str, rest: str) -> Policy:
    """Return a policy with a witness that is here, one that is gone, one whose address is none, one without."""
    keys = [Cosigner(name, Ed25519PrivateKey.generate()).key.vkey for name in ("gone", "astray", "mute")]
    lines = [
        f"log {LOG.vkey}",
        f"witness here {COSIGNER.key.vkey} {url}",
        f"witness gone {keys[0]} http://127.0.0.1:1",
        f"witness astray {keys[1]} http://witness.example",
        f"witness mute {keys[2]}",
    ]
    return parse_policy(("\n".join(lines) + f"\n{rest}").encode())
