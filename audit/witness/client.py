"""Ask witnesses for cosignatures, C2SP tlog-witness (C2SP/C2SP commit 5ba5ee8).

A cosignature is worth nothing before it was verified. What fails on one witness's side is an answer of that witness, so
that the others are still asked; all of a policy are asked side by side, within a time in all.

A witness that has seen more of the log than is submitted, or another story of it, is asked what it did see
(``GET <prefix>/<hex SHA-256 of origin>/checkpoint``): where the log's own key signed that, it speaks against the log.
"""

import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from hashlib import sha256

from audit.checkpoint import parse_checkpoint, parse_decimal
from audit.errors import VerificationError
from audit.note import Signature, SignedNote, Verifier, parse_note, verify_note
from audit.policy import Policy, PolicyWitness, QuorumNotMet, Witnessed, check
from audit.witness.exchange import Told, WitnessAddress, WitnessFailed, get, post
from audit.witness.submission import Submission

MAX_TRIES = 4
MAX_WITNESSES = 64
"""So many of a policy are asked: their lines and the log's own fit one note."""
AT_ONCE = 8
TOTAL_SECONDS = 30.0

Prove = Callable[[int], Sequence[bytes]]
"""Given an old size, return the consistency proof from there to the checkpoint that is submitted.

Witnesses are asked side by side, so that it is called by several threads.
"""


class WitnessDisagrees(WitnessFailed):
    """The witness has seen more of the log, or something else: an honest log with all its entries does not meet that.

    C2SP tlog-witness answers 409 to another old size, with the size as ``text/x.tlog.size``, and 422 to a proof that
    fails. One size with another root is 422 at the commit above and was 409 without a size in v1.0.0: both are taken.
    """


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one witness, by the policy's name: a verified cosignature, or why there is none.

    ``shown`` is the checkpoint that the witness has of this log instead, signed by the log itself.
    """

    witness: str
    cosignature: Signature | None
    failure: str | None
    shown: bytes | None = None


@dataclass(frozen=True, slots=True)
class Collected:
    """The checkpoint with all cosignatures that were had, what the policy makes of it, and each witness's answer."""

    note: bytes
    witnessed: Witnessed
    answers: tuple[Answer, ...]

    def require_quorum(self) -> None:
        """Raise ``QuorumNotMet`` where the witnesses were too few."""
        if not self.witnessed.is_quorum_met:
            failures = "; ".join(f"{one.witness}: {one.failure}" for one in self.answers if one.failure is not None)
            raise QuorumNotMet(f"the policy's quorum is not met: {failures or 'too few witnesses were asked'}")


def submit(checkpoint_raw: bytes, address: WitnessAddress, prove: Prove, *, old: int = 0) -> Signature:
    """Return the witness's verified cosignature of a checkpoint, or raise ``WitnessFailed``.

    ``old`` is what the witness is thought to have seen last; where it says otherwise, it is believed.
    """
    size = parse_checkpoint(parse_note(checkpoint_raw).text).size
    ends = time.monotonic() + address.seconds
    for _ in range(MAX_TRIES):
        submission = Submission(old, tuple(prove(old)) if old else (), checkpoint_raw)
        told = post(address, submission.encode(), ends - time.monotonic())
        if told.status == 200:
            return _cosignature(checkpoint_raw, told.body, address.verifier)
        seen = _seen_size(told)
        if seen == old or seen > size:
            raise WitnessDisagrees(f"the witness has seen {seen} entries, where this checkpoint has {size}")
        old = seen
    raise WitnessFailed(f"the witness told another size {MAX_TRIES} times")


def collect(
    checkpoint_raw: bytes,
    policy: Policy,
    prove: Prove,
    *,
    seconds: float = 10.0,
    tls: ssl.SSLContext | None = None,
    known: Mapping[str, int] | None = None,
) -> Collected:
    """Return the checkpoint with the cosignatures of all witnesses that the policy has an address of and that answer.

    ``known`` says by verifier key what size a witness is thought to have seen last, which spares it a question. Whether
    the quorum is met, the result says. Raises a ``VerificationError`` where no log of the policy has signed it.
    """
    check(policy, checkpoint_raw)
    question = _Question(checkpoint_raw, policy, prove, seconds, tls)
    pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="witness")
    try:
        asked = {
            one.name: pool.submit(_ask, question, one, (known or {}).get(one.verifier.key.vkey, 0))
            for one in [one for one in policy.witnesses if one.url is not None][:MAX_WITNESSES]
        }
        wait(asked.values(), timeout=max(TOTAL_SECONDS, seconds))
    finally:
        # Who has not answered by now is not waited for; his thread ends with its own time.
        pool.shutdown(wait=False, cancel_futures=True)
    answers = tuple(_answered(name, future) for name, future in asked.items())
    note = with_cosignatures(checkpoint_raw, [one.cosignature for one in answers if one.cosignature is not None])
    return Collected(note, check(policy, note), answers)


def with_cosignatures(checkpoint_raw: bytes, cosignatures: Sequence[Signature]) -> bytes:
    """Return the checkpoint's note with these lines added; a key's older line gives way."""
    note = parse_note(checkpoint_raw)
    fresh = {(one.name, one.key_id) for one in cosignatures}
    kept = [one for one in note.signatures if (one.name, one.key_id) not in fresh]
    return SignedNote(note.text, (*kept, *cosignatures)).encode()


def newest_seen(address: WitnessAddress, origin: str, verifiers: Sequence[Verifier]) -> bytes | None:
    """Return the checkpoint that the witness cosigned last of a log, with the log's own signatures only.

    ``None`` where it shows none that one of these keys of the log has signed.
    """
    try:
        told = get(address, f"{sha256(origin.encode()).hexdigest()}/checkpoint", address.seconds)
        verified = verify_note(told.body, verifiers)
        if told.status != 200 or parse_checkpoint(verified.text).origin != origin:
            return None
    except (WitnessFailed, VerificationError):
        return None
    return SignedNote(verified.text, verified.signatures).encode()


@dataclass(frozen=True, slots=True)
class _Question:
    """What all witnesses of a policy are asked."""

    checkpoint_raw: bytes
    policy: Policy
    prove: Prove
    seconds: float
    tls: ssl.SSLContext | None

    def newest_seen_by(self, address: WitnessAddress) -> bytes | None:
        origin = parse_checkpoint(parse_note(self.checkpoint_raw).text).origin
        of_log = [log.verifier for log in self.policy.logs if log.verifier.key.name == origin]
        return newest_seen(address, origin, of_log)


def _ask(question: _Question, witness: PolicyWitness, old: int) -> Answer:
    try:
        address = WitnessAddress(witness.url or "", witness.verifier, question.seconds, question.tls)
    except ValueError as error:
        return Answer(witness.name, None, str(error))
    try:
        return Answer(witness.name, submit(question.checkpoint_raw, address, question.prove, old=old), None)
    except WitnessDisagrees as error:
        return Answer(witness.name, None, str(error), question.newest_seen_by(address))
    except WitnessFailed as error:
        return Answer(witness.name, None, str(error))


def _answered(name: str, future: Future[Answer]) -> Answer:
    if future.done() and not future.cancelled():
        return future.result()
    return Answer(name, None, f"the witness did not answer within {TOTAL_SECONDS:g} seconds")


def _cosignature(checkpoint_raw: bytes, body: bytes, verifier: Verifier) -> Signature:
    text = parse_note(checkpoint_raw).text
    try:
        verified = verify_note(f"{text}\n".encode() + body, (verifier,))
    except VerificationError as error:
        raise WitnessFailed(f"the answer holds no cosignature of {verifier.key.name}: {error}") from error
    if verified.text != text:
        # An answer with an empty line in it would move the end of the text.
        raise WitnessFailed(f"the answer of {verifier.key.name} is not of this checkpoint")
    return verified.signatures[-1]


def _seen_size(told: Told) -> int:
    """Return the size that a refusal tells, or raise what the refusal means."""
    tells_size = told.status == 409 and told.kind.partition(";")[0].strip() == "text/x.tlog.size"
    if not tells_size:
        refusal = f"the witness answered {told.status}: {_first_line(told.body)}"
        raise WitnessDisagrees(refusal) if told.status in (409, 422) else WitnessFailed(refusal)
    try:
        line = told.body.decode("ascii")
        if not line.endswith("\n"):
            raise WitnessFailed("the witness told a size without its newline")
        return parse_decimal(line[:-1])
    except ValueError as error:
        raise WitnessFailed(f"the witness told no size: {error}") from error


def _first_line(body: bytes) -> str:
    line = body[:200].decode("utf-8", "replace").partition("\n")[0]
    return "".join(char if char.isprintable() else "?" for char in line)
