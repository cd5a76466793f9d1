"""Who cosigned the checkpoint of a bundle, by the policy of the reader, or else by the one inside."""

from dataclasses import replace

from audit.bundle import layout
from audit.bundle.archive import Archive, malformed
from audit.bundle.verdict import BundleFault, Word
from audit.errors import Malformed, VerificationError
from audit.note import Verifier
from audit.policy import NONE, Policy, PolicyLog, Witnessed, check, parse_policy

_PLACE = "the checkpoint"


def witnessed(raw: bytes, policy: Policy, signer: Verifier) -> Witnessed:
    """Return who of a policy's witnesses cosigned a checkpoint that ``signer`` signed, or the verdict on it."""
    name = signer.key.name
    if policy.logs and all(log.verifier.key.name != name for log in policy.logs):
        raise BundleFault(Word.UNWITNESSED, "the policy", f"is not of the log {name}")
    try:
        # Which key signs for the log, its succession says; the policy says who else must have seen it.
        return check(replace(policy, logs=(PolicyLog(signer, None),)), raw)
    except VerificationError as error:
        raise BundleFault(Word.ALTERED, _PLACE, f"has a cosignature that does not hold: {error}") from error


def require_quorum(raw: bytes, policy: Policy, signer: Verifier) -> tuple[str, ...]:
    """Return the witnesses of the reader's policy that cosigned; the verdict where they are no quorum."""
    seen = witnessed(raw, policy, signer)
    names = tuple(one.name for one in seen.witnesses)
    if not seen.is_quorum_met:
        raise BundleFault(Word.UNWITNESSED, _PLACE, f"is cosigned by {', '.join(names) or 'nobody'} of your policy")
    return names


def policy_notes(archive: Archive, given: bytes | None, raw: bytes, signer: Verifier) -> tuple[str, ...]:
    """Say what the policy inside is worth: nothing, where it is not the reader's own."""
    if layout.POLICY not in archive.names():
        return ()
    inside = archive.read(layout.POLICY)
    if given is not None:
        return () if inside == given else ("the policy inside is not the one you gave; yours was held against it.",)
    try:
        policy = parse_policy(inside)
    except Malformed as error:
        raise malformed(str(error), layout.POLICY) from error
    if policy.quorum == NONE:
        return ("the policy inside asks for no witness.",)
    is_met = witnessed(raw, policy, signer).is_quorum_met
    return (f"the quorum of the policy inside is {'met' if is_met else 'NOT met'}; to rely on it give your own.",)
