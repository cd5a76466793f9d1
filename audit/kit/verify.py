"""Verify a bundle of a signed log, with nothing but this file, Python 3.9 or newer, and the package ``cryptography``.

    python3 verify.py [--key VKEY] [--kept FILE] BUNDLE.zip

VKEY is the log's verifier key, from a place that is not the bundle. FILE is a checkpoint or a receipt of this log that
somebody kept. Exits 0 if all holds, 1 if something does not, 2 if it could not be tried. After C2SP, RFC 6962 and 9901.
"""

# ruff: noqa: C901, PLR0915, TRY301 - few and long steps, so that a stranger can read it in one go
from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

WIDTH, HASH, MIB = 256, 32, 1 << 20
REPORTS = {"report.csv", "report.html", "events.ocsf.jsonl"}
KIT = {"kit/README.txt", "kit/main.go", "kit/verify.html", "kit/verify.py", "kit/verify.sh"}
UNREADABLE = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError, RuntimeError, LookupError)


class Fault(Exception):  # noqa: N818 - a verdict, not a fault of this program
    """The first thing that does not hold."""


def base64_bytes(text: str) -> bytes:
    """Return the bytes of canonical base64, or raise ``ValueError``."""
    raw = base64.b64decode(text, validate=True)
    if base64.b64encode(raw).decode() != text:
        raise ValueError("base64 is not in canonical form")
    return raw


class Members:
    """The members of a zip that may be hostile; nothing is written to disk."""

    def __init__(self, path: str) -> None:
        self.sums: dict[str, str] = {}
        self.infos: dict[str, zipfile.ZipInfo] = {}
        self.zip = zipfile.ZipFile(path)
        for info in self.zip.infolist():
            name = info.filename
            is_plain = info.flag_bits & 1 == 0 and info.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
            if name in self.infos or name != info.orig_filename or not is_plain:
                raise Fault(f"malformed: {name!a} is there twice, under two names, encrypted or packed in another way")
            is_free = name in REPORTS or name in ("entries.jsonl", "disclosures.jsonl")
            limit = 1 << 40 if is_free else 256 * MIB if name in ("manifest.json", "SHA256SUMS") else 17 * MIB
            if info.file_size > limit or (info.file_size > MIB and info.file_size > 200 * info.compress_size):
                raise Fault(f"malformed: {name!a} is too large: {info.file_size} bytes")
            self.infos[name] = info

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield a member in pieces, and keep its SHA-256."""
        digest = hashlib.sha256()
        try:
            with self.zip.open(self.infos[name]) as member:
                for chunk in iter(lambda: member.read(1 << 18), b""):
                    digest.update(chunk)
                    yield chunk
        except UNREADABLE as error:
            raise Fault(f"malformed: {name} is missing or cannot be read: {error}") from error
        self.sums[name] = digest.hexdigest()

    def read(self, name: str) -> bytes:
        """Return a member whole."""
        return b"".join(self.chunks(name))


def parse_vkey(vkey: str) -> tuple[str, bytes, bytes]:
    """Return name, key ID and raw public key of an Ed25519 verifier key, or raise ``ValueError``."""
    name, key_id, encoded = vkey.split("+", 2)
    typed = base64_bytes(encoded)
    made = hashlib.sha256(name.encode() + b"\n" + typed).digest()[:4]
    if made.hex() != key_id or typed[:1] != b"\x01" or len(typed) != 1 + HASH or not name:
        raise ValueError("not an Ed25519 key, or its key ID is another's")
    return name, made, typed[1:]


def open_checkpoint(raw: bytes, vkey: str) -> tuple[int, bytes]:
    """Return size and root of the checkpoint that this key signed for the log of its own name."""
    name, key_id, public_key = parse_vkey(vkey)
    try:
        text, gap, lines = raw.decode("utf-8").rpartition("\n\n")
        signatures = lines.split("\n")
        if not gap or signatures.pop() or len(signatures) > 100 or re.search("[\x00-\x09\x0b-\x1f]", text):
            raise ValueError("it is no signed note")
        signed, is_known = (text + "\n").encode(), False
        for line in signatures:
            dash, signer, encoded = line.split(" ")
            signature = base64_bytes(encoded)
            if dash != "\u2014" or len(signature) < 5:
                raise ValueError("a signature line is not one")
            if signer == name and signature[:4] == key_id:
                Ed25519PublicKey.from_public_bytes(public_key).verify(signature[4:], signed)
                is_known = True
        origin, size, root = text.split("\n")[:3]
        if str(int(size)) != size or int(size) < 0 or len(base64_bytes(root)) != HASH:
            raise ValueError("size or root are not in their plain form")
    except InvalidSignature as error:
        raise Fault(f"altered: the checkpoint is not what {name} signed") from error
    except ValueError as error:
        raise Fault(f"malformed: the checkpoint: {error}") from error
    if not is_known:
        raise Fault(f"unknown key: the checkpoint is not signed by {vkey}")
    if origin != name:
        raise Fault(f"malformed: the checkpoint is of {origin!a}, not of {name}")
    return int(size), base64_bytes(root)


def root_of(hashes: list[bytes]) -> bytes:
    """Return the RFC 6962 root of a tree of these leaves."""
    stack: list[bytes] = []
    for count, one in enumerate(hashes):
        root, carry = one, count
        while carry & 1:
            root, carry = hashlib.sha256(b"\x01" + stack.pop() + root).digest(), carry >> 1
        stack.append(root)
    root = stack.pop() if stack else hashlib.sha256(b"").digest()
    while stack:
        root = hashlib.sha256(b"\x01" + stack.pop() + root).digest()
    return root


def places(kind: str, count: int) -> list[str]:
    """Return the C2SP paths of all tiles or entry bundles that so many hashes or entries make."""
    paths = []
    for first in range(0, count, WIDTH):
        digits, width = str(first // WIDTH), min(WIDTH, count - first)
        groups = re.findall("...", "0" * (-len(digits) % 3) + digits)
        place = "/".join(["x" + group for group in groups[:-1]] + groups[-1:])
        paths.append(f"tile/{kind}/{place}" + ("" if width == WIDTH else f".p/{width}"))
    return paths


def expected(names: set[str], size: int) -> tuple[list[list[str]], list[str]]:
    """Return the paths of all tiles by level, and of all entries, or say what is missing or too many."""
    if size > WIDTH * len(names):
        raise Fault(f"truncated: {len(names)} members cannot hold {size} entries")
    levels, count = [places("0", size)], size // WIDTH
    while count:
        levels.append(places(str(len(levels)), count))
        count //= WIDTH
    bodies = [] if "entries.jsonl" in names else places("entries", size)
    for due in (levels[0], bodies):
        if due and due[-1] not in names:
            raise Fault(f"truncated: {due[-1]} is missing, where the log has {size} entries")
    listed = {"checkpoint", "disclosures.jsonl", "manifest.json", "SHA256SUMS"} | REPORTS | KIT
    listed = listed.union(bodies, *levels) | {one for one in names if one == "entries.jsonl" or one[:5] == "keys/"}
    for name in sorted(listed ^ names):
        raise Fault(f"malformed: {name!a} " + ("is missing" if name in listed else "does not belong there"))
    return levels, bodies


def numbered(members: Members, name: str, size: int, fields: set[str]) -> Iterator[dict[str, Any]]:
    """Yield the lines of a member: JSON objects of these fields, in the order of their index."""
    last, held = 0, b""
    for chunk in members.chunks(name):
        *lines, held = (held + chunk).split(b"\n")
        for line in lines:
            said = json.loads(line)
            if set(said) != fields or not last <= said["index"] < size:
                raise Fault(f"malformed: {name} has a line with other fields, or out of order")
            last = said["index"]
            yield said
        if len(held) > MIB:
            break
    if held:
        raise Fault(f"malformed: {name} has a line that is too long, or has no newline")


def disclosed(members: Members, size: int, bundles: list[str]) -> Iterator[tuple[int, bytes]]:
    """Yield the entries that are in the bundle, with their indexes."""
    for place, name in enumerate(bundles):
        raw, at = members.read(name), 0
        for index in range(place * WIDTH, min(place * WIDTH + WIDTH, size)):
            end = at + 2 + int.from_bytes(raw[at : at + 2], "big")
            yield index, raw[at + 2 : end]
            at = end
        if at != len(raw):
            raise Fault(f"altered: {name} is not as long as its entries")
    if not bundles and size:
        for said in numbered(members, "entries.jsonl", size, {"body", "index"}):
            yield said["index"], base64_bytes(said["body"])


def check_entries(members: Members, leaves: list[bytes], bundles: list[str]) -> int:
    """Hold entries against leaves, and personal values against entries; return how many entries there are."""
    values: dict[int, dict[str, str]] = {}
    for said in numbered(members, "disclosures.jsonl", len(leaves), {"disclosure", "index", "name"}):
        seen = base64.urlsafe_b64encode(hashlib.sha256(said["disclosure"].encode()).digest()).decode().rstrip("=")
        text = said["disclosure"] + "=" * (-len(said["disclosure"]) % 4)
        own = values.setdefault(said["index"], {})
        if seen in own or json.loads(base64.urlsafe_b64decode(text))[1] != said["name"]:
            raise Fault(f"altered at entry {said['index']}: a personal value is there twice, or has another name")
        own[seen] = said["name"]
    last, count = -1, 0
    for index, body in disclosed(members, len(leaves), bundles):
        if hashlib.sha256(b"\x00" + body).digest() != leaves[index] or index <= last:
            raise Fault(f"altered at entry {index}: it does not hash to its leaf")
        own = values.pop(index, {})
        if own and not own.keys() <= set(json.loads(body).get("_sd", [])):
            raise Fault(f"altered at entry {index}: a personal value is another")
        last, count = index, count + 1
    for index in values:
        raise Fault(f"altered at entry {index}: it has personal values, and no body")
    return count


def check_tree(members: Members, levels: list[list[str]], leaves: list[bytes], root: bytes) -> None:
    """Check that every tile is what those below make, and that the root is the one that was signed."""
    hashes = leaves
    for names in levels[1:]:
        hashes = [root_of(hashes[at : at + WIDTH]) for at in range(0, len(hashes) - WIDTH + 1, WIDTH)]
        for place, name in enumerate(names):
            if members.read(name) != b"".join(hashes[place * WIDTH : (place + 1) * WIDTH]):
                raise Fault(f"altered: {name} is not what the tiles below it make")
    if root_of(leaves) != root:
        raise Fault("altered: the tree is not the one that was signed")


def check_inventory(members: Members, size: int, root: bytes, count: int) -> None:
    """Hold every member against SHA256SUMS, and the manifest against what was found."""
    said, names = json.loads(members.read("manifest.json")), set(members.infos) - {"manifest.json", "SHA256SUMS"}
    found: dict[str, object] = {"size": size, "root": base64.b64encode(root).decode(), "entries": count}
    found["members"] = {name: members.infos[name].file_size for name in names}
    if {name: said.get(name) for name in found} != found:
        raise Fault("malformed: manifest.json says something else than was found")
    listed = members.read("SHA256SUMS").decode().split("\n")
    for name in members.infos.keys() - members.sums.keys():
        sum(map(len, members.chunks(name)))
    due = [f"{digest}  {name}" for name, digest in sorted(members.sums.items()) if name != "SHA256SUMS"]
    if listed != [*due, ""]:
        raise Fault(f"malformed: {min(set(listed) ^ {*due, ''}, default='')[66:]!a} is not as SHA256SUMS lists it")


def verify(members: Members, key: str | None, kept: bytes | None) -> str:
    """Return the verdict in words where all holds."""
    own = b"".join(members.read(name) for name in sorted(members.infos) if name.startswith("keys/")).decode()
    vkey = key or own.strip()
    size, root = open_checkpoint(members.read("checkpoint"), vkey)
    if kept and kept.startswith(b"c2sp.org/tlog-proof@v1\n"):
        kept = kept.partition(b"\n\n")[2]
    kept_size, kept_root = open_checkpoint(kept, vkey) if kept is not None else (size, root)
    if kept_size > size:
        raise Fault(f"truncated: the checkpoint that was kept signs {kept_size} entries, the bundle has {size}")
    levels, bundles = expected(set(members.infos), size)
    tiles = b"".join(members.read(name) for name in levels[0])
    leaves = [tiles[at : at + HASH] for at in range(0, len(tiles), HASH)]
    if len(tiles) != size * HASH or own != vkey + "\n":
        raise Fault("malformed: a tile is not as wide as it says, or the key in the bundle is another")
    count = check_entries(members, leaves, bundles)
    check_tree(members, levels, leaves, root)
    if root_of(leaves[:kept_size]) != kept_root:
        raise Fault("forked: the tree is not the one of the checkpoint that was kept")
    check_inventory(members, size, root, count)
    word = "intact" if count == size else "intact-but-filtered"
    return f"{word}: {parse_vkey(vkey)[0]}, {size} entries, {count} of them disclosed"


def main() -> int:
    """Run as a command."""
    parser = argparse.ArgumentParser(description="Verify a bundle of a signed log.")
    parser.add_argument("bundle")
    parser.add_argument("--key", help="the log's verifier key, from a place that is not the bundle")
    parser.add_argument("--kept", help="a checkpoint or receipt of this log that somebody kept")
    options = parser.parse_args()
    if not options.key:
        sys.stderr.write("WARNING: no key was given, so the key in the bundle itself is believed. Give --key.\n")
    try:
        if options.key:
            parse_vkey(options.key)
        kept = Path(options.kept).read_bytes() if options.kept else None
        Path(options.bundle).open("rb").close()
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    try:
        verdict, code = verify(Members(options.bundle), options.key, kept), 0
    except Fault as fault:
        verdict, code = str(fault), 1
    except (*UNREADABLE, TypeError, AttributeError, RecursionError) as error:
        verdict, code = f"malformed: {error!a}", 1
    sys.stdout.write(f"{verdict}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
