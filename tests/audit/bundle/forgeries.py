"""What somebody may do to a bundle, and the word for it. Our verifier and the kit are held against the same list."""

import json

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit.checkpoint import parse_checkpoint, sign_checkpoint
from audit.note import Signer, parse_note
from audit.tiles import decode_entry_bundle, encode_entry_bundle
from audit.tree import leaf_hash
from tests.audit.bundle.making import Forgery, drop, flip, put, swap

LAST_LEAVES, LAST_BODIES = "tile/0/002.p/88", "tile/entries/002.p/88"
KINDS = {
    "checkpoint": "",
    "keys/house.vkey": "malformed",
    "tile/0/000": "altered",
    LAST_LEAVES: "altered",
    "tile/1/000.p/2": "altered",
    "tile/entries/000": "altered",
    LAST_BODIES: "altered",
    "disclosures.jsonl": "",
    "manifest.json": "malformed",
    "report.csv": "malformed",
    "report.html": "malformed",
    "events.ocsf.jsonl": "malformed",
    "kit/README.txt": "malformed",
    "kit/verify.py": "malformed",
    "SHA256SUMS": "malformed",
}
"""Kinds of members, and the word for a flipped bit in one; empty where it depends on the bit."""


def rewrite_entry(members: dict[str, bytes]) -> None:
    """Change entry 300 in its bundle and in its tile."""
    bodies = list(decode_entry_bundle(members["tile/entries/001"]))
    bodies[44] = bodies[44].replace(b"018f-ann", b"018f-bob")
    members["tile/entries/001"] = encode_entry_bundle(bodies)
    at = 44 * 32
    tile = members["tile/0/001"]
    members["tile/0/001"] = tile[:at] + leaf_hash(bodies[44]) + tile[at + 32 :]


def change_entry(members: dict[str, bytes]) -> None:
    """Change entry 300 in its bundle only."""
    bodies = list(decode_entry_bundle(members["tile/entries/001"]))
    bodies[44] = bodies[44].replace(b"018f-ann", b"018f-bob")
    members["tile/entries/001"] = encode_entry_bundle(bodies)


def sign_anew(members: dict[str, bytes]) -> None:
    """Sign the checkpoint with another key of the same name, and put that key in."""
    checkpoint = parse_checkpoint(parse_note(members["checkpoint"]).text)
    signer = Signer(checkpoint.origin, Ed25519PrivateKey.from_private_bytes(bytes(32)))
    members["checkpoint"] = sign_checkpoint(checkpoint, signer)
    members["keys/house.vkey"] = f"{signer.vkey}\n".encode()


def swap_values(members: dict[str, bytes]) -> None:
    """Let two entries change a personal value."""
    lines = [json.loads(line) for line in members["disclosures.jsonl"].splitlines()]
    first, second = [place for place, line in enumerate(lines) if line["name"] == "address"][3:5]
    lines[first]["disclosure"], lines[second]["disclosure"] = lines[second]["disclosure"], lines[first]["disclosure"]
    _put_lines(members, lines)


def repeat_value(members: dict[str, bytes]) -> None:
    """Show one personal value under two names."""
    lines = [json.loads(line) for line in members["disclosures.jsonl"].splitlines()]
    _put_lines(members, [lines[0], lines[0] | {"name": "addresses"}, *lines[1:]])


def _put_lines(members: dict[str, bytes], lines: list[dict[str, object]]) -> None:
    text = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines)
    members["disclosures.jsonl"] = text.encode()


def say_in_manifest(name: str, value: object) -> Forgery:
    """Return the forgery of one statement of the manifest."""

    def forge(members: dict[str, bytes]) -> None:
        said = json.loads(members["manifest.json"]) | {name: value}
        members["manifest.json"] = json.dumps(said, indent=1, sort_keys=True).encode() + b"\n"

    return forge


CAREFUL: dict[str, tuple[Forgery, str]] = {
    "an entry is changed": (change_entry, "altered at entry 300"),
    "an entry and its leaf are changed": (rewrite_entry, "altered"),
    "two tiles change places": (swap("tile/0/000", "tile/0/001"), "altered at entry 0"),
    "two entry bundles change places": (swap("tile/entries/000", "tile/entries/001"), "altered at entry 0"),
    "a tile is dropped": (drop("tile/0/000"), "malformed"),
    "an upper tile is dropped": (drop("tile/1/000.p/2"), "malformed"),
    "the last tile is dropped": (drop(LAST_LEAVES), "truncated"),
    "the last entries are dropped": (drop(LAST_BODIES), "truncated"),
    "the checkpoint is dropped": (drop("checkpoint"), "malformed"),
    "the key is dropped": (drop("keys/house.vkey"), "malformed"),
    "a program of the kit is dropped": (drop("kit/verify.py"), "malformed"),
    "it is signed with another key": (sign_anew, "unknown key"),
    "personal values change places": (swap_values, "altered at entry"),
    "a personal value is shown twice": (repeat_value, "altered at entry"),
    "an upper tile is altered": (flip("tile/1/000.p/2", 0.5), "altered"),
    "the manifest counts fewer entries": (say_in_manifest("entries", 599), "malformed"),
    "the manifest names another root": (say_in_manifest("root", "A" * 43 + "="), "malformed"),
    "a path leads out of the folder": (put("../../etc/cron.d/evil", b"x"), "malformed"),
    "a path begins at the root": (put("/etc/cron.d/evil", b"x"), "malformed"),
    "a second key lies beside the first": (put("keys/other.vkey", b"x"), "malformed"),
    "a partial tile lies beside the full one": (put("tile/0/000.p/7", bytes(224)), "malformed"),
    "a member nobody asked for": (put("notes.txt", b"x"), "malformed"),
    "it says to be of a period too": (put("entries.jsonl", b""), "malformed"),
    "values that are no JSON": (put("disclosures.jsonl", b"{]\n"), "malformed"),
    "values nested too deep": (put("disclosures.jsonl", b"[" * 200_000 + b"\n"), "malformed"),
    "a checkpoint of no text": (put("checkpoint", b"\xff\n\n"), "malformed"),
}
"""Changes by somebody who writes manifest and SHA256SUMS anew."""
