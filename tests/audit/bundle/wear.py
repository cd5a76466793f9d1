"""What somebody may do to a bundle of a log that has lived, and the word for it."""

import json
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from audit.canonical import canonical
from audit.checkpoint import Checkpoint, parse_checkpoint, sign_checkpoint
from audit.cosignature import MlDsaCosigner
from audit.facts.orders import ValuesErased
from audit.note import Signer, encode_base64, parse_note, sign_note
from audit.succession import HANDOVER, REPLACEMENT, Statement, sign_handover, sign_replacement, sign_revocation
from audit.tiles import decode_entry_bundle, encode_entry_bundle
from audit.tree import leaf_hash, roots_of
from tests.audit.bundle.aging import FIRST, FOURTH, SECOND, THIRD, policy_text
from tests.audit.bundle.forgeries import say_in_manifest
from tests.audit.bundle.making import Forgery, drop, put
from tests.conftest import ORIGIN

HOUSE = f"{ORIGIN}/house"
SHARED = ("verify.py", "main.go", "verify.html", "verify.sh")
"""The programs of the kit that see it too. They count no witnesses."""


@dataclass(frozen=True, slots=True)
class Worn:
    """A forgery of one bundle, what our verifier says of it under a key, and which programs of the kit say so too."""

    source: str
    key: Ed25519PrivateKey | None
    forge: Forgery
    said: str
    policy: str = ""
    seen_by: tuple[str, ...] = SHARED


def signer(key: Ed25519PrivateKey) -> Signer:
    """Return a key as a signer of the house log."""
    return Signer(HOUSE, key)


def name_one_more(members: dict[str, bytes]) -> None:
    """Have the entry that orders an erasure name a value more."""
    for name in sorted(name for name in members if name.startswith("tile/entries/")):
        bodies = list(decode_entry_bundle(members[name]))
        for at, body in enumerate(bodies):
            if f'"fact":"{ValuesErased.kind}"'.encode() in body:
                bodies[at] = body.replace(b'"digests":["', b'"digests":["' + b"A" * 43 + b'","', 1)
        members[name] = encode_entry_bundle(bodies)


def sign_over(key: Ed25519PrivateKey) -> Forgery:
    """Return the forgery that has only this key sign the checkpoint."""

    def forge(members: dict[str, bytes]) -> None:
        members["checkpoint"] = sign_checkpoint(parse_checkpoint(parse_note(members["checkpoint"]).text), signer(key))

    return forge


def sign_over_and_forget(key: Ed25519PrivateKey) -> Forgery:
    """Return the forgery that has this key sign the checkpoint, and that knows of no other key."""

    def forge(members: dict[str, bytes]) -> None:
        sign_over(key)(members)
        for name in [name for name in members if name.startswith(("keys/history/", "keys/house.mldsa"))]:
            del members[name]

    return forge


def drop_lines(name: str) -> Forgery:
    """Return the forgery that leaves out the checkpoint's signature lines by this signer but the first of all."""

    def forge(members: dict[str, bytes]) -> None:
        head, lines = members["checkpoint"].decode().split("\n\n")
        first, *others = lines.splitlines(keepends=True)
        kept = [line for line in others if line.split(" ")[1] != name]
        members["checkpoint"] = (head + "\n\n" + first + "".join(kept)).encode()

    return forge


def damage_line(name: str, which: int = 0) -> Forgery:
    """Return the forgery of a byte in one of the checkpoint's signature lines by this name."""

    def forge(members: dict[str, bytes]) -> None:
        lines = members["checkpoint"].decode().splitlines(keepends=True)
        at = [at for at, line in enumerate(lines) if line.startswith(f"— {name} ")][which]
        place = len(lines[at]) - 8
        lines[at] = lines[at][:place] + ("A" if lines[at][place] != "A" else "B") + lines[at][place + 1 :]
        members["checkpoint"] = "".join(lines).encode()

    return forge


def drop_history(members: dict[str, bytes]) -> None:
    """Leave out all statements on keys."""
    for name in [name for name in members if name.startswith("keys/history/")]:
        del members[name]


def renumber_history(members: dict[str, bytes]) -> None:
    """Put the statements on keys in another order."""
    first, second = "keys/history/0.note", "keys/history/1.note"
    members[first], members[second] = members[second], members[first]


def claim_erased(members: dict[str, bytes]) -> None:
    """Say that what was withheld was erased."""
    said = json.loads(members["manifest.json"])
    say_in_manifest("erased", said["erased"] + said["withheld"])(members)
    say_in_manifest("withheld", 0)(members)


def disclose_pruned(members: dict[str, bytes]) -> None:
    """Put an entry below the minimum in."""
    members["entries.jsonl"] = b'{"body":"e30=","index":7}\n' + members["entries.jsonl"]


def revoke_signer(members: dict[str, bytes]) -> None:
    """Have the key that signed the checkpoint be revoked."""
    size = parse_checkpoint(parse_note(members["checkpoint"]).text).size
    members["keys/history/0.note"] = sign_handover(size, old=signer(FIRST), new=signer(SECOND))
    members["keys/history/1.note"] = sign_revocation(10, revoked=signer(FIRST), current=signer(SECOND))


def reorder(members: dict[str, bytes]) -> None:
    """Be another log, signed by its own key: orders that name a value before it is there, and another kind of entry.

    The value is withheld: an order erases what came before it.
    """
    hidden = "A" * 43
    said: list[dict[str, object]] = [
        {"fact": ValuesErased.kind, "data": {"digests": [hidden]}},
        {"fact": "test.value.recorded", "data": {}, "_sd": [hidden]},
        {"fact": "audit.value.mentioned", "data": {"digests": [hidden]}},
    ]
    bodies = [canonical(one) for one in said]
    for name in [name for name in members if name.startswith("tile/")]:
        del members[name]
    leaves = [leaf_hash(body) for body in bodies]
    root = roots_of(leaves, [3])[3]
    members["tile/0/000.p/3"], members["tile/entries/000.p/3"] = b"".join(leaves), encode_entry_bundle(bodies)
    members["checkpoint"] = sign_checkpoint(Checkpoint(HOUSE, 3, root), signer(FIRST))
    members["disclosures.jsonl"] = b""
    counts = {"size": 3, "root": encode_base64(root), "entries": 3, "erased": 0, "withheld": 1, "left_out": []}
    for name, value in counts.items():
        say_in_manifest(name, value)(members)


def usurp(members: dict[str, bytes]) -> None:
    """Say that the key was lost, and sign with another: whoever has neither can do that."""
    size = parse_checkpoint(parse_note(members["checkpoint"]).text).size
    members["keys/history/1.note"] = sign_replacement(size - 1, new=signer(THIRD))
    sign_over(THIRD)(members)
    drop("keys/house.mldsa.vkey")(members)


_REPLACED = Statement(REPLACEMENT, HOUSE, 542, signer(FOURTH).vkey).text()
_ALONE = sign_note(Statement(HANDOVER, HOUSE, 542, signer(FOURTH).vkey).text(), signer(FOURTH))
_TOO_MUCH = sign_revocation(900, revoked=signer(FIRST), current=signer(SECOND))
_FOREIGN = sign_handover(300, old=signer(THIRD), new=signer(Ed25519PrivateKey.from_private_bytes(bytes(32))))
_UNWILLING = sign_handover(900, old=signer(SECOND), new=signer(THIRD)).replace(b"900", b"901")
_UNNAMED = sign_revocation(300, revoked=signer(THIRD), current=signer(SECOND))
_OTHER_BESIDE = MlDsaCosigner(HOUSE, MLDSA44PrivateKey.from_seed_bytes(bytes([9]) * 32)).key.vkey

WORN: dict[str, Worn] = {
    "a statement of foreign keys": Worn("superseded", FIRST, put("keys/history/0.note", _FOREIGN), "altered"),
    "a foreign statement more": Worn("superseded", SECOND, put("keys/history/1.note", _FOREIGN), "altered"),
    "a handover that was not signed": Worn("superseded", SECOND, put("keys/history/1.note", _UNWILLING), "altered"),
    "a revocation of a key that never signed": Worn(
        "superseded", SECOND, put("keys/history/1.note", _UNNAMED), "altered"
    ),
    "a revocation that lets too much stand": Worn(
        "superseded", SECOND, put("keys/history/1.note", _TOO_MUCH), "altered"
    ),
    "a revoked key for who brings none": Worn("erased", None, revoke_signer, "revoked key"),
    "a statement that is none": Worn("superseded", SECOND, put("keys/history/0.note", b"x\n\n"), "malformed"),
    "a gap in the statements": Worn("superseded", SECOND, put("keys/history/7.note", _FOREIGN), "malformed"),
    "the statements change places": Worn("revoked", SECOND, renumber_history, "altered"),
    "the handover is dropped": Worn("superseded", FIRST, drop("keys/history/0.note"), "malformed"),
    "the revocation is dropped": Worn("revoked", FIRST, drop("keys/history/1.note"), "malformed"),
    "the revocation is dropped for who trusts the new key": Worn(
        "revoked", SECOND, drop("keys/history/1.note"), "malformed"
    ),
    "all statements are dropped": Worn("revoked", SECOND, drop_history, "unknown key"),
    "a revoked key signs on": Worn("revoked", SECOND, sign_over(FIRST), "unknown key"),
    "a revoked key signs on and knows of no other": Worn("revoked", SECOND, sign_over_and_forget(FIRST), "unknown key"),
    "a revoked key signs on for who trusts it": Worn("revoked", FIRST, sign_over(FIRST), "revoked key"),
    "another key at the beginning of the line": Worn(
        "superseded", SECOND, put("keys/house.vkey", f"{signer(THIRD).vkey}\n".encode()), "altered"
    ),
    "the ML-DSA-44 line is dropped": Worn("cosigned", SECOND, drop_lines(HOUSE), "altered", "", ("verify.py",)),
    "the ML-DSA-44 line is damaged": Worn("revoked", SECOND, damage_line(HOUSE, 1), "altered", "", ("verify.py",)),
    "the log's own line is damaged": Worn("revoked", SECOND, damage_line(HOUSE), "altered"),
    "another ML-DSA-44 key": Worn(
        "cosigned", SECOND, put("keys/house.mldsa.vkey", f"{_OTHER_BESIDE}\n".encode()), "altered", "", ("verify.py",)
    ),
    "an order names a value more": Worn("erased", FIRST, name_one_more, "altered at entry 302"),
    "more is said to be erased": Worn("erased", FIRST, say_in_manifest("erased", 61), "malformed"),
    "what was withheld is said to be erased": Worn("sealed", FIRST, claim_erased, "malformed"),
    "less is said to be withheld": Worn("project", FIRST, say_in_manifest("withheld", 0), "malformed"),
    "a minimum where nothing was pruned": Worn("erased", FIRST, say_in_manifest("minimum", 256), "malformed"),
    "a minimum beyond the end": Worn("pruned", SECOND, say_in_manifest("minimum", 768), "malformed"),
    "a minimum within a tile": Worn("pruned", SECOND, say_in_manifest("minimum", 300), "malformed"),
    "a minimum of text": Worn("pruned", SECOND, say_in_manifest("minimum", "256"), "malformed"),
    "a minimum of false": Worn("erased", FIRST, say_in_manifest("minimum", value=False), "malformed"),
    "no minimum where entries were pruned": Worn("pruned", SECOND, say_in_manifest("minimum", 0), "malformed"),
    "an entry that was pruned": Worn("pruned_period", SECOND, disclose_pruned, "malformed"),
    "a bundle of entries that were pruned": Worn("pruned", SECOND, put("tile/entries/000", b""), "malformed"),
    "the last entries are dropped": Worn("pruned", SECOND, drop("tile/entries/002.p/30"), "truncated"),
    "a stranger says that the key was lost": Worn("cosigned", SECOND, usurp, "replaced key"),
    "a stranger says that an heir was lost": Worn("cosigned", FIRST, usurp, "replaced key"),
    "the replacement is dropped": Worn("replaced", FOURTH, drop("keys/history/2.note"), "unknown key"),
    "a replacement that another key signed": Worn(
        "replaced", FOURTH, put("keys/history/2.note", sign_note(_REPLACED, signer(THIRD))), "altered"
    ),
    "a replacement that another key signed too": Worn(
        "replaced", FOURTH, put("keys/history/2.note", sign_note(_REPLACED, signer(THIRD), signer(FOURTH))), "altered"
    ),
    "a handover that the new key signed alone": Worn("replaced", FOURTH, put("keys/history/2.note", _ALONE), "altered"),
    "a policy that asks for nobody": Worn(
        "cosigned", SECOND, put("policy", b"quorum none\n"), "intact-but-erased", policy_text("all"), ()
    ),
    "a policy that asks for nobody, and no cosignatures": Worn(
        "superseded", SECOND, put("policy", b"quorum none\n"), "quorum not met", policy_text("any"), ()
    ),
    "a policy that is none": Worn("cosigned", SECOND, put("policy", b"quorum\n"), "malformed", "", ()),
    "a cosignature is dropped": Worn(
        "cosigned", SECOND, drop_lines("guild.example/witness"), "quorum not met", policy_text("all"), ()
    ),
    "a cosignature is damaged": Worn(
        "cosigned", SECOND, damage_line("guild.example/witness"), "altered", policy_text("any"), ()
    ),
}
"""Changes by somebody who writes manifest and SHA256SUMS anew."""
