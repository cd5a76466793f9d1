"""A witness that cosigns with ML-DSA-44 beside Ed25519."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from audit.checkpoint import Checkpoint, sign_checkpoint
from audit.cosignature import WITNESS_TYPES, MlDsaCosigner, cosigned_at
from audit.note import Verifier, parse_note, verify_note
from audit.policy import check, parse_policy
from audit.witness.client import collect
from audit.witness.cosigning import Witness, trusted_logs
from audit.witness.server import WitnessApp
from audit.witness.store import Store, make_store
from audit.witness.submission import Submission
from tests.audit.witness.grounds import BY_WITNESS, COSIGNER, HONEST, LOG, NOW, ORIGIN, Accused, prove, served

BESIDE = MlDsaCosigner(COSIGNER.name, MLDSA44PrivateKey.generate())
BY_BESIDE = Verifier.from_vkey(BESIDE.key.vkey, WITNESS_TYPES)


def new_witness(folder: Path) -> Witness:
    """Return a witness with both keys that has seen nothing."""
    make_store(folder / "witness.db", COSIGNER.key.vkey)
    return Witness(COSIGNER, trusted_logs([LOG.vkey]), Store(folder / "witness.db"), Accused(), BESIDE)


def test_both_lines_are_given_and_kept(tmp_path: Path) -> None:
    """A cosigned checkpoint has a line of each key, of the same time, and the store keeps both."""
    witness = new_witness(tmp_path)
    lines = witness.cosign(HONEST.submission(0, 7), now=NOW)
    verified = verify_note(HONEST.checkpoint(7) + lines.encode(), [BY_WITNESS, BY_BESIDE])
    seen = witness.store.latest(ORIGIN)

    assert verified.keys == (COSIGNER.key, BESIDE.key)
    assert {cosigned_at(one) for one in verified.signatures} == {NOW}
    assert seen is not None
    assert seen.note == HONEST.checkpoint(7) + lines.encode()


def test_policy_may_ask_for_either_or_both(tmp_path: Path) -> None:
    """To a policy they are two witnesses at one address; a quorum of all wants both lines."""
    with served(WitnessApp(new_witness(tmp_path), lambda: NOW)) as url:
        text = f"log {LOG.vkey}\nwitness a {COSIGNER.key.vkey} {url}\nwitness b {BESIDE.key.vkey} {url}\n"
        policy = parse_policy(f"{text}group g all a b\nquorum g\n".encode())
        collected = collect(HONEST.checkpoint(9), policy, prove(HONEST, 9))
    one_line = parse_note(collected.note)

    assert [answer.failure for answer in collected.answers] == [None, None]
    assert collected.witnessed.is_quorum_met
    assert not check(policy, HONEST.checkpoint(9) + one_line.signatures[1].line().encode()).is_quorum_met


def test_extension_lines_are_covered_by_the_first_key_only(tmp_path: Path) -> None:
    """What ML-DSA-44 would not cover, it does not sign; Ed25519 covers it, so the witness still says what it saw."""
    raw = sign_checkpoint(Checkpoint(ORIGIN, 7, HONEST.root(7), ("more",)), LOG)
    lines = new_witness(tmp_path).cosign(Submission(0, (), raw), now=NOW)

    assert verify_note(raw + lines.encode(), [BY_WITNESS, BY_BESIDE]).keys == (COSIGNER.key,)
