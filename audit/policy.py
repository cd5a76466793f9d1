r"""Trust policies, C2SP tlog-policy (C2SP/C2SP commit 5ba5ee8): which logs, which witnesses, and how many must agree.

    log <vkey> [<url>]
    witness <name> <vkey> [<url>]
    group <name> all|any|<k> <name>...
    quorum <name>|none

A line ends in a newline; words stand apart by spaces and tabs; lines of nothing, or with ``#`` first, are ignored.
A name is defined before it is used, once, and is a member of at most one group, so that a witness counts in one way
only. Two logs, or two witnesses, with one public key are refused. There is exactly one quorum line.

Names are octets: two that merely look the same are two. The format has no place for dates: who changes the policy
keeps the old file for what was signed under it.

    >>> from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    >>> from audit.cosignature import Cosigner
    >>> from audit.note import Signer, sign_note
    >>> log = Signer("house.example/log", Ed25519PrivateKey.from_private_bytes(bytes(32)))
    >>> client = Cosigner("client.example/witness", Ed25519PrivateKey.from_private_bytes(bytes(31) + b"\1"))
    >>> policy = parse_policy(f"log {log.vkey}\nwitness client {client.key.vkey}\nquorum client\n".encode())
    >>> text = "house.example/log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
    >>> raw = sign_note(text, log)
    >>> check(policy, raw).is_quorum_met
    False
    >>> seen = check(policy, raw + client.cosign(text, 1679315147).line().encode())
    >>> seen.is_quorum_met, seen.witnesses
    (True, (Sighting(name='client', time=1679315147),))
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from audit.checkpoint import Checkpoint, parse_checkpoint, parse_decimal
from audit.cosignature import LOG_TYPES, WITNESS_TYPES, cosigned_at
from audit.errors import Malformed, UnknownKey, VerificationError, WrongOrigin
from audit.note import Verifier, verify_note

MAX_POLICY = 1 << 20
MAX_LINES = 1000
NONE = "none"

_REFUSED = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")
_SPACE = re.compile(r"[ \t]+")


class MalformedPolicy(Malformed):
    """Not a policy of C2SP tlog-policy."""


class QuorumNotMet(VerificationError):  # noqa: N818 - a verdict on what was sent
    """The log has signed, and too few of the witnesses that the policy asks for."""


@dataclass(frozen=True, slots=True)
class PolicyLog:
    """A log that the policy accepts, and where it says to find it."""

    verifier: Verifier
    url: str | None


@dataclass(frozen=True, slots=True)
class PolicyWitness:
    """A witness under the policy's own name for it, and where it says to submit."""

    name: str
    verifier: Verifier
    url: str | None


@dataclass(frozen=True, slots=True)
class Group:
    """Members, witnesses or groups, of which ``needed`` make the group."""

    name: str
    needed: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """What is trusted. Groups stand in the order of their lines, so each after its members."""

    logs: tuple[PolicyLog, ...]
    witnesses: tuple[PolicyWitness, ...]
    groups: tuple[Group, ...]
    quorum: str

    def is_met_by(self, witnesses: set[str]) -> bool:
        """Report whether these witnesses, by the policy's names, are a quorum."""
        agreed = set(witnesses)
        for group in self.groups:
            if sum(member in agreed for member in group.members) >= group.needed:
                agreed.add(group.name)
        return self.quorum == NONE or self.quorum in agreed


@dataclass(frozen=True, slots=True)
class Sighting:
    """A witness that cosigned, by the policy's name, and the POSIX time that it states."""

    name: str
    time: int


@dataclass(frozen=True, slots=True)
class Witnessed:
    """A checkpoint that a log of the policy signed, and who of the policy's witnesses cosigned it."""

    checkpoint: Checkpoint
    witnesses: tuple[Sighting, ...]
    is_quorum_met: bool


def check(policy: Policy, raw: bytes) -> Witnessed:
    """Return what the policy makes of a cosigned checkpoint; a quorum that is not met is an answer, not an error.

    Raises a ``VerificationError`` where no log of the policy signed it, or a known key's signature fails.
    """
    verified = verify_note(raw, [*(log.verifier for log in policy.logs), *(one.verifier for one in policy.witnesses)])
    checkpoint = parse_checkpoint(verified.text)
    signed_by = {log.verifier.key.name for log in policy.logs if log.verifier.key in verified.keys}
    if not signed_by:
        raise UnknownKey("no log of the policy has signed this checkpoint")
    if signed_by != {checkpoint.origin}:
        raise WrongOrigin(f"the checkpoint is of {checkpoint.origin}, signed for {', '.join(sorted(signed_by))}")
    names = {witness.verifier.key: witness.name for witness in policy.witnesses}
    times: dict[str, int] = {}
    for key, signature in zip(verified.keys, verified.signatures, strict=True):
        if key in names:
            times[names[key]] = max(cosigned_at(signature), times.get(names[key], 0))
    sightings = tuple(Sighting(name, times[name]) for name in names.values() if name in times)
    return Witnessed(checkpoint, sightings, policy.is_met_by(set(times)))


def verify_witnessed(policy: Policy, raw: bytes) -> Checkpoint:
    """Return the checkpoint if a log of the policy signed it and the quorum is met; raises a ``VerificationError``."""
    seen = check(policy, raw)
    if not seen.is_quorum_met:
        names = ", ".join(one.name for one in seen.witnesses) or "nobody"
        raise QuorumNotMet(f"the policy's quorum is not met: cosigned by {names}")
    return seen.checkpoint


# ------------------------------------------------------------------------------------------------- reading


def parse_policy(raw: bytes) -> Policy:
    """Return the policy, or raise ``MalformedPolicy`` with the number of the line at fault."""
    if len(raw) > MAX_POLICY or raw.count(b"\n") > MAX_LINES:
        raise MalformedPolicy(f"a policy has at most {MAX_POLICY} bytes and {MAX_LINES} lines")
    if raw and not raw.endswith(b"\n"):
        raise MalformedPolicy("the policy's last line has no newline")
    if _REFUSED.search(raw):
        raise MalformedPolicy("a policy holds no control characters but tab and newline")
    # Octets above 127 are opaque; this way two different ones never become the same text.
    lines = raw.decode("utf-8", "surrogateescape").split("\n")[:-1]
    reader = _Reader()
    for number, line in enumerate(lines, 1):
        words = _SPACE.split(line.strip(" \t"))
        if not words[0] or words[0].startswith("#"):
            continue
        try:
            reader.read(words)
        except (ValueError, VerificationError) as error:
            raise MalformedPolicy(f"line {number} of the policy: {error}") from error
    return reader.policy()


class _Reader:
    """The policy so far, line by line."""

    def __init__(self) -> None:
        self._logs: list[PolicyLog] = []
        self._witnesses: list[PolicyWitness] = []
        self._groups: list[Group] = []
        self._quorum: str | None = None
        self._names: set[str] = set()
        self._members: set[str] = set()

    def read(self, words: list[str]) -> None:
        """Take one line in; raises ``ValueError`` or ``MalformedKey``."""
        kinds: dict[str, Callable[[list[str]], None]] = {
            "log": self._log,
            "witness": self._witness,
            "group": self._group,
            "quorum": self._quorum_line,
        }
        if words[0] not in kinds:
            raise ValueError("it is neither log, witness, group nor quorum")
        kinds[words[0]](words[1:])

    def policy(self) -> Policy:
        """Return what was read; raises ``MalformedPolicy`` where the quorum is missing."""
        if self._quorum is None:
            raise MalformedPolicy("the policy has no quorum line")
        return Policy(tuple(self._logs), tuple(self._witnesses), tuple(self._groups), self._quorum)

    def _log(self, words: list[str]) -> None:
        vkey, url = _one_or_two(words, "log <vkey> [<url>]")
        verifier = Verifier.from_vkey(vkey, LOG_TYPES)
        if any(log.verifier.key.public_key == verifier.key.public_key for log in self._logs):
            raise ValueError("a log with this key stands above")
        self._logs.append(PolicyLog(verifier, url))

    def _witness(self, words: list[str]) -> None:
        if not words:
            raise ValueError("it is not: witness <name> <vkey> [<url>]")
        vkey, url = _one_or_two(words[1:], "witness <name> <vkey> [<url>]")
        verifier = Verifier.from_vkey(vkey, WITNESS_TYPES)
        if any(witness.verifier.key.public_key == verifier.key.public_key for witness in self._witnesses):
            raise ValueError("a witness with this key stands above")
        self._define(words[0])
        self._witnesses.append(PolicyWitness(words[0], verifier, url))

    def _group(self, words: list[str]) -> None:
        if len(words) < 3:
            raise ValueError("it is not: group <name> all|any|<k> <name>...")
        name, threshold, *members = words
        needed = {"all": len(members), "any": 1}.get(threshold) or parse_decimal(threshold)
        if not 1 <= needed <= len(members):
            raise ValueError(f"{needed} of {len(members)} members cannot agree")
        for member in members:
            self._require_defined(member)
            if member in self._members:
                raise ValueError(f"{_shown(member)} is a member already")
            self._members.add(member)
        self._define(name)
        self._groups.append(Group(name, needed, tuple(members)))

    def _quorum_line(self, words: list[str]) -> None:
        if len(words) != 1:
            raise ValueError("it is not: quorum <name>|none")
        if self._quorum is not None:
            raise ValueError("there is a quorum line above")
        if words[0] != NONE:
            self._require_defined(words[0])
        self._quorum = words[0]

    def _define(self, name: str) -> None:
        if name == NONE or name in self._names:
            raise ValueError(f"the name {_shown(name)} is taken")
        self._names.add(name)

    def _require_defined(self, name: str) -> None:
        if name not in self._names:
            raise ValueError(f"the name {_shown(name)} is not defined above")


def _one_or_two(words: list[str], form: str) -> tuple[str, str | None]:
    if not 1 <= len(words) <= 2:
        raise ValueError(f"it is not: {form}")
    return words[0], words[1] if len(words) == 2 else None


def _shown(name: str) -> str:
    return repr(name[:80])
