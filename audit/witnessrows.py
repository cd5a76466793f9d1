"""Rows of cosignatures and witnessings, held against the checkpoints that they are of.

A line must be one, bear the name and key ID of its row, and belong to a stored checkpoint. With a policy that knows the
witness its signature is checked; without, the line is counted as not checked. When a line was collected and when the
witnesses were asked is the house's own note, and stands under nobody's signature.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.errors import VerificationError
from audit.models import Cosignature, StoredCheckpoint, Witnessing
from audit.note import Verifier, parse_note, verify_note
from audit.policy import Policy, check, parse_policy

Key = tuple[str, bytes]
_Collected = tuple[int, int, str, str]


@dataclass(frozen=True, slots=True)
class GivenPolicy:
    """A policy that the reader brings, and the digest by which a witnessing names it."""

    policy: Policy
    sha256: str

    @classmethod
    def read(cls, raw: bytes) -> "GivenPolicy":
        """Return the policy of a file, or raise ``MalformedPolicy``."""
        return cls(parse_policy(raw), sha256(raw).hexdigest())


@dataclass(slots=True)
class WitnessRows:
    """What was found in the rows: by log, how many lines were checked, and how many of unknown witnesses were not."""

    checked: dict[int, int] = field(default_factory=dict)
    unchecked: dict[int, int] = field(default_factory=dict)
    findings: list[tuple[int, str, str]] = field(default_factory=list)


def check_witnesses(session: Session, policies: Sequence[GivenPolicy]) -> WitnessRows:
    """Check all rows of cosignatures and witnessings."""
    found = WitnessRows()
    known = {
        (one.verifier.key.name, one.verifier.key.key_id): one.verifier
        for given in policies
        for one in given.policy.witnesses
    }
    columns = select(StoredCheckpoint.log_id, StoredCheckpoint.size, StoredCheckpoint.note)
    witnessed = columns.where(
        StoredCheckpoint.size.in_(select(Cosignature.size).union(select(Witnessing.size)).scalar_subquery())
    )
    notes = {(log_id, size): note for log_id, size, note in session.execute(witnessed)}
    lines = _check_lines(session, notes, known, found)
    for log_id, place, reason in _witnessing_faults(session, notes, lines, policies):
        found.findings.append((log_id, place, reason))
    return found


def _check_lines(
    session: Session, notes: dict[tuple[int, int], bytes], known: dict[Key, Verifier], found: WitnessRows
) -> list[_Collected]:
    lines: list[_Collected] = []
    columns = (Cosignature.log_id, Cosignature.size, Cosignature.witness, Cosignature.key_id, Cosignature.line)
    in_order = select(*columns, Cosignature.collected_at).order_by(Cosignature.collected_at)
    for log_id, size, witness, key_id, line, _ in session.execute(in_order):
        place = f"the cosignature of checkpoint {size} by {witness}"
        note = notes.get((log_id, size))
        if note is None:
            found.findings.append((log_id, place, "is of no checkpoint that is stored"))
            continue
        try:
            is_checked = _check_line(note, line, (witness, bytes.fromhex(key_id)), key_id, known)
        except (VerificationError, ValueError, TypeError, AttributeError) as error:
            found.findings.append((log_id, place, f"does not hold: {error}"))
            continue
        counted = found.checked if is_checked else found.unchecked
        counted[log_id] = counted.get(log_id, 0) + 1
        lines.append((log_id, size, f"{witness}+{key_id}", line))
    return lines


def _check_line(note: bytes, line: str, key: Key, key_id: str, known: dict[Key, Verifier]) -> bool:
    """Report whether the line was checked; raises ``VerificationError`` or ``ValueError`` where it does not hold."""
    cosigned = note + line.encode()
    signatures = parse_note(cosigned).signatures
    if len(signatures) != len(parse_note(note).signatures) + 1 or signatures[-1].line() != line:
        raise ValueError("it is not one line of a signed note")
    if (signatures[-1].name, signatures[-1].key_id) != key or key_id != key[1].hex():
        raise ValueError("the line names another key than its row")
    verifier = known.get(key)
    if verifier is not None:
        verify_note(cosigned, [verifier])
    return verifier is not None


def _witnessing_faults(
    session: Session,
    notes: dict[tuple[int, int], bytes],
    lines: Sequence[_Collected],
    policies: Sequence[GivenPolicy],
) -> Iterator[tuple[int, str, str]]:
    given = {one.sha256: one.policy for one in policies}
    for one in session.scalars(select(Witnessing)):
        place = f"the witnessing of checkpoint {one.size}"
        note = notes.get((one.log_id, one.size))
        if note is None:
            yield one.log_id, place, "is of no checkpoint that is stored"
        elif not _is_told(one):
            yield one.log_id, place, "is not in the form that is kept here"
        elif one.is_quorum_met and one.policy_sha256 in given:
            # All lines ever collected may count: of two turns at once, neither saw what the other kept.
            had = {name: line for log_id, size, name, line in lines if (log_id, size) == (one.log_id, one.size)}
            if not _is_met(given[one.policy_sha256], note + "".join(had.values()).encode()):
                yield one.log_id, place, "says that the quorum was met, and the cosignatures do not"


def _is_met(policy: Policy, cosigned: bytes) -> bool:
    try:
        return check(policy, cosigned).is_quorum_met
    except VerificationError:
        return False


def _is_told(one: Witnessing) -> bool:
    try:
        failures = json.loads(one.failures)
        is_digest = len(bytes.fromhex(one.policy_sha256)) == 32 and one.policy_sha256 == one.policy_sha256.lower()
    except (ValueError, TypeError):
        return False
    is_map = isinstance(failures, dict) and all(isinstance(why, str) for why in failures.values())
    return is_map and is_digest and json.dumps(failures, sort_keys=True) == one.failures
