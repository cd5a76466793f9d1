"""Verify a bundle of a signed log, with nothing but this file, Python 3.9 or newer, and the package ``cryptography``.

    python3 verify.py [--key VKEY] [--kept FILE] BUNDLE.zip

VKEY is the log's verifier key, from a place that is not the bundle. FILE is a checkpoint or a receipt of this log that
somebody kept. Exits 0 if all holds, 1 if something does not, 2 if it could not be tried. After C2SP, RFC 6962 and 9901.
Cosignatures of witnesses are not counted here: the house's own "answerprint audit verify --policy FILE" does.
"""

# ruff: noqa: B905, C901, PLR0915, TRY301 - few and long steps, so that a stranger can read it in one go
from __future__ import annotations

import argparse
import base64
import hashlib
import importlib
import json
import re
import sys
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

try:
    mldsa: Any = importlib.import_module("cryptography.hazmat.primitives.asymmetric.mldsa")
except ImportError:  # an older package; what only a newer one can check is said
    mldsa = None

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


class Key(NamedTuple):
    """A verifier key: whose it is, its ID, its type, the raw public key, and the whole line."""

    name: str
    key_id: bytes
    kind: int
    public: bytes
    vkey: str

    def verify(self, signature: bytes, text: bytes) -> None:
        """Raise ``InvalidSignature`` unless this Ed25519 key signed the text."""
        Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text)


class Turn(NamedTuple):
    """A key of the log's line: it signs checkpoints of more than ``since`` entries; revoked, up to ``stands`` hold.

    Where the key before it was lost, it came on its word ``alone``.
    """

    key: Key
    since: int
    stands: int | None = None
    alone: bool = False


def parse_vkey(vkey: str) -> Key:
    """Return a verifier key, Ed25519 or ML-DSA-44, or raise ``ValueError``."""
    name, key_id, encoded = vkey.split("+", 2)
    typed = base64_bytes(encoded)
    made = hashlib.sha256(name.encode() + b"\n" + typed).digest()[:4]
    if made.hex() != key_id or not name or (typed[:1], len(typed)) not in ((b"\x01", 1 + HASH), (b"\x06", 1313)):
        raise ValueError("not an Ed25519 or ML-DSA-44 key, or its key ID is another's")
    return Key(name, made, typed[0], typed[1:], vkey)


def decimal(text: str) -> int:
    """Return a number in its one plain form, or raise ``ValueError``."""
    if str(int(text)) != text or int(text) < 0:
        raise ValueError(f"{text[:20]!a} is not a number in its plain form")
    return int(text)


def parse_note(raw: bytes) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    """Return text and signatures (name, key ID, bytes) of a C2SP signed note, or raise ``ValueError``."""
    text, gap, lines = raw.decode("utf-8").rpartition("\n\n")
    found, signatures = [], lines.split("\n")
    if not gap or signatures.pop() or not 1 <= len(signatures) <= 100 or re.search("[\x00-\x09\x0b-\x1f]", text):
        raise ValueError("it is no signed note")
    for line in signatures:
        dash, signer, encoded = line.split(" ")
        signature = base64_bytes(encoded)
        if dash != "\u2014" or len(signature) < 5:
            raise ValueError("a signature line is not one")
        found.append((signer, signature[:4], signature[4:]))
    return text + "\n", found


def read_line(own: str, statements: list[bytes]) -> list[Turn]:
    """Return the keys that signed the log in turn, from the one it was opened with, by the statements on them."""
    line = [Turn(parse_vkey(own), -1)]
    for number, raw in enumerate(statements):
        place = f"keys/history/{number}.note"
        try:
            text, signatures = parse_note(raw)
            header, origin, size_text, vkey, rest = text.split("\n")
            size, named, vkeys = decimal(size_text), parse_vkey(vkey), [turn.key.vkey for turn in line]
            kind = re.sub("answerprint/key-(handover|revocation|replacement)@v1", r"\1", header)
            if rest or kind == header or named.kind != 1:
                raise ValueError("it is no statement on a key")
        except (ValueError, UnicodeError) as error:
            raise Fault(f"malformed: {place}: {error}") from error
        at = vkeys.index(vkey) if vkey in vkeys else -1
        if kind != "revocation":
            follows = at < 0 and size > line[-1].since
            pair: tuple[Key, ...] = (line[-1].key, named)[int(kind == "replacement") :]
        else:
            pair, follows = (named, line[-1].key), 0 <= at < len(line) - 1
            follows = follows and line[at].stands is None and size <= line[at + 1].since
        who = [(key.name, key.key_id) for key in pair]
        try:
            if not follows or origin != line[0].key.name or [one[:2] for one in signatures] != who:
                raise Fault(f"altered: {place} does not follow from the statements before it")
            for key, one in zip(pair, signatures):
                key.verify(one[2], text.encode())
        except InvalidSignature as error:
            raise Fault(f"altered: {place} is not signed by both keys") from error
        if kind != "revocation":
            line.append(Turn(named, size, alone=kind == "replacement"))
        else:
            line[at] = line[at]._replace(stands=size)
    return line


def open_checkpoint(raw: bytes, line: list[Turn], what: str = "the checkpoint") -> tuple[int, bytes, Turn]:
    """Return size and root of a checkpoint of this log, and the turn of the key that signed it."""
    try:
        text, signatures = parse_note(raw)
        origin, size_text, root_text = text.split("\n")[:3]
        size, root = decimal(size_text), base64_bytes(root_text)
        if len(root) != HASH or origin != line[0].key.name:
            raise ValueError(f"it has no root, or is of {origin!a}")
    except ValueError as error:
        raise Fault(f"malformed: {what}: {error}") from error
    turns = [turn for turn in line if turn.since < size]
    mine = [one for one in signatures if turns and one[:2] == (turns[-1].key.name, turns[-1].key.key_id)]
    if not mine:
        raise Fault(f"unknown key: {what} is not signed by a key that is trusted")
    try:
        for one in mine:
            turns[-1].key.verify(one[2], text.encode())
    except InvalidSignature as error:
        raise Fault(f"altered: {what} is not what {origin} signed") from error
    return size, root, turns[-1]


def check_beside(raw: bytes, own: str) -> str:
    """Check the line of the log's ML-DSA-44 key, where this Python can; return what is to be said of it."""
    key = parse_vkey(own)
    text, signatures = parse_note(raw)
    mine = [one[2] for one in signatures if one[:2] == (key.name, key.key_id)]
    if not mine or key.kind != 6:
        raise Fault("altered: the checkpoint is not signed by the ML-DSA-44 key beside the first")
    if mldsa is None:
        return ", its ML-DSA-44 signature not checked: that needs a newer package cryptography"
    origin, size, root = text.split("\n")[:3]
    short = [bytes([len(one.encode())]) + one.encode() for one in (key.name, origin)]
    covered = bytes(8) + int(size).to_bytes(8, "big") + base64_bytes(root)
    try:
        for one in mine:
            message = b"subtree/v1\n\0" + short[0] + one[:8] + short[1] + covered
            mldsa.MLDSA44PublicKey.from_public_bytes(key.public).verify(one[8:], message)
    except InvalidSignature as error:
        raise Fault("altered: the ML-DSA-44 signature of the checkpoint does not hold") from error
    return ""


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


def expected(names: set[str], size: int, minimum: int) -> tuple[list[list[str]], list[str]]:
    """Return the paths of all tiles by level, and of all entries, or say what is missing or too many."""
    if size > WIDTH * len(names):
        raise Fault(f"truncated: {len(names)} members cannot hold {size} entries")
    levels, count = [places("0", size)], size // WIDTH
    while count:
        levels.append(places(str(len(levels)), count))
        count //= WIDTH
    bodies = [] if "entries.jsonl" in names else places("entries", size)[-(-minimum // WIDTH) :]
    for due in (levels[0], bodies):
        if due and due[-1] not in names:
            raise Fault(f"truncated: {due[-1]} is missing, where the log has {size} entries")
    listed = {"checkpoint", "disclosures.jsonl", "manifest.json", "SHA256SUMS"} | REPORTS | KIT
    listed = listed.union(bodies, *levels) | (names & {"entries.jsonl", "policy"})
    listed |= {name for name in names if name.startswith("keys/")}
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


def disclosed(members: Members, size: int, bundles: list[str], minimum: int) -> Iterator[tuple[int, bytes]]:
    """Yield the entries that are in the bundle, with their indexes."""
    for place, name in enumerate(bundles, minimum // WIDTH):
        raw, at = members.read(name), 0
        for index in range(place * WIDTH, min(place * WIDTH + WIDTH, size)):
            end = at + 2 + int.from_bytes(raw[at : at + 2], "big")
            yield index, raw[at + 2 : end]
            at = end
        if at != len(raw):
            raise Fault(f"altered: {name} is not as long as its entries")
    if "entries.jsonl" in members.infos:
        for said in numbered(members, "entries.jsonl", size, {"body", "index"}):
            if said["index"] < minimum:
                raise Fault(f"malformed: entries.jsonl has an entry below {minimum}, where all were pruned")
            yield said["index"], base64_bytes(said["body"])


class Found:
    """What the entries of a bundle are, and say of the log itself."""

    def __init__(self) -> None:
        self.count, self.missing, self.statements = 0, [], []  # type: int, list[tuple[int, str]], list[bytes]
        self.erasures: dict[str, int] = {}

    def hear(self, index: int, said: dict[str, Any]) -> None:
        """Note what an entry of the trail about itself says: values that were erased, keys that changed."""
        kind, data = said.get("fact"), said.get("data")
        if not isinstance(kind, str) or not isinstance(data, dict):
            return
        if kind == "audit.values.erased" and isinstance(data.get("digests"), list):
            self.erasures.update({one: index for one in data["digests"] if isinstance(one, str)})
        if kind.startswith("audit.key.") and isinstance(data.get("statement"), str):
            self.statements.append(data["statement"].encode())

    def erased(self) -> int:
        """Return how many of the missing values a later entry names as erased."""
        return sum(self.erasures.get(digest, -1) > index for index, digest in self.missing)


def read_values(members: Members, size: int) -> dict[int, dict[str, str]]:
    """Return the personal values by entry: their names by their digests."""
    values: dict[int, dict[str, str]] = {}
    for said in numbered(members, "disclosures.jsonl", size, {"disclosure", "index", "name"}):
        seen = base64.urlsafe_b64encode(hashlib.sha256(said["disclosure"].encode()).digest()).decode().rstrip("=")
        text = said["disclosure"] + "=" * (-len(said["disclosure"]) % 4)
        own = values.setdefault(said["index"], {})
        if seen in own or json.loads(base64.urlsafe_b64decode(text))[1] != said["name"]:
            raise Fault(f"altered at entry {said['index']}: a personal value is there twice, or has another name")
        own[seen] = said["name"]
    return values


def check_entries(members: Members, leaves: list[bytes], bundles: list[str], minimum: int) -> Found:
    """Hold entries against leaves, and personal values against entries; return what was found."""
    values, found, last = read_values(members, len(leaves)), Found(), -1
    for index, body in disclosed(members, len(leaves), bundles, minimum):
        if hashlib.sha256(b"\x00" + body).digest() != leaves[index] or index <= last:
            raise Fault(f"altered at entry {index}: it does not hash to its leaf")
        said = json.loads(body)
        own, digests = values.pop(index, {}), set(said.get("_sd", []))
        if not own.keys() <= digests:
            raise Fault(f"altered at entry {index}: a personal value is another")
        found.missing += [(index, digest) for digest in digests - own.keys()]
        found.hear(index, said)
        last, found.count = index, found.count + 1
    for index in values:
        raise Fault(f"altered at entry {index}: it has personal values, and no body")
    return found


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


def check_inventory(members: Members, said: dict[str, Any], size: int, root: bytes, found: Found) -> None:
    """Hold every member against SHA256SUMS, and the manifest against what was found."""
    names, erased = set(members.infos) - {"manifest.json", "SHA256SUMS"}, found.erased()
    due_said: dict[str, object] = {"size": size, "root": base64.b64encode(root).decode(), "entries": found.count}
    due_said.update(erased=erased, withheld=len(found.missing) - erased)
    due_said["members"] = {name: members.infos[name].file_size for name in names}
    if {name: said.get(name) for name in due_said} != due_said:
        raise Fault("malformed: manifest.json says something else than was found")
    listed = members.read("SHA256SUMS").decode().split("\n")
    for name in members.infos.keys() - members.sums.keys():
        sum(map(len, members.chunks(name)))
    due = [f"{digest}  {name}" for name, digest in sorted(members.sums.items()) if name != "SHA256SUMS"]
    if listed != [*due, ""]:
        raise Fault(f"malformed: {min(set(listed) ^ {*due, ''}, default='')[66:]!a} is not as SHA256SUMS lists it")


def read_keys(members: Members) -> tuple[str, list[bytes], str]:
    """Return the key that the log was opened with, the statements on its keys, and the ML-DSA-44 key or nothing."""
    names = [name for name in members.infos if name.startswith("keys/")]
    vkeys = sorted((name for name in names if re.fullmatch(r"keys/[^/]+\.vkey", name)), key=len)
    history = [f"keys/history/{number}.note" for number in range(len(names) - len(vkeys))]
    own = members.read(vkeys[0]).decode("ascii") if vkeys else ""
    log = own.partition("+")[0].rpartition("/")[2]
    due = [f"keys/{log}.vkey", f"keys/{log}.mldsa.vkey"][: len(vkeys)]
    if not vkeys or vkeys != due or set(names) != {*vkeys, *history} or own[-1:] != "\n":
        raise Fault("malformed: the bundle holds not one key and its history, each with its name")
    if parse_vkey(own[:-1]).kind != 1:
        raise Fault("malformed: the key that the log was opened with is not an Ed25519 key")
    beside = members.read(vkeys[1]).decode("ascii") if len(vkeys) > 1 else ""
    return own[:-1], [members.read(name) for name in history], beside.rstrip("\n")


def trusting(line: list[Turn], key: str | None, raw: bytes) -> list[Turn]:
    """Return the part of the line that the reader's key vouches for: itself, and those it handed over to."""
    vkeys = [turn.key.vkey for turn in line]
    if key is None:
        return line
    if key not in vkeys:
        raise Fault(f"unknown key: the checkpoint is not signed by {key}")
    if line[vkeys.index(key)].stands is not None:
        raise Fault("revoked key: the key given was in wrong hands; ask the house for its new one, by another way")
    line = line[vkeys.index(key) :]
    lost = next((turn.since for turn in line[1:] if turn.alone), None)
    if lost is not None and decimal(parse_note(raw)[0].split("\n")[1]) > lost:
        raise Fault(f"replaced key: the key given was lost at {lost} entries, and has not signed for the next")
    return line


def verify(members: Members, key: str | None, kept: bytes | None) -> str:
    """Return the verdict in words where all holds."""
    own, statements, beside = read_keys(members)
    line = read_line(own, statements)
    raw = members.read("checkpoint")
    size, root, turn = open_checkpoint(raw, trusting(line, key, raw))
    if turn.stands is not None and size > turn.stands:
        raise Fault(f"revoked key: what it signed of more than {turn.stands} entries does not stand")
    note = check_beside(raw, beside) if beside else ""
    if kept and kept.startswith(b"c2sp.org/tlog-proof@v1\n"):
        kept = kept.partition(b"\n\n")[2]
    kept_size, kept_root = size, root
    if kept is not None:
        kept_size, kept_root, _ = open_checkpoint(kept, line, "the checkpoint that was kept")
    if kept_size > size:
        raise Fault(f"truncated: the checkpoint that was kept signs {kept_size} entries, the bundle has {size}")
    manifest = json.loads(members.read("manifest.json"))
    minimum = manifest["minimum"]
    if type(minimum) is not int or not 0 <= minimum <= size or (minimum % WIDTH and minimum != size):
        raise Fault("malformed: manifest.json names no minimum index")
    levels, bundles = expected(set(members.infos), size, minimum)
    tiles = b"".join(members.read(name) for name in levels[0])
    leaves = [tiles[at : at + HASH] for at in range(0, len(tiles), HASH)]
    if len(tiles) != size * HASH:
        raise Fault("malformed: a tile is not as wide as it says")
    found = check_entries(members, leaves, bundles, minimum)
    check_tree(members, levels, leaves, root)
    if root_of(leaves[:kept_size]) != kept_root:
        raise Fault("forked: the tree is not the one of the checkpoint that was kept")
    if not set(found.statements) <= set(statements):
        raise Fault("malformed: a statement on a key is missing that an entry of the log repeats")
    check_inventory(members, manifest, size, root, found)
    return in_words(key, line, turn, (size, minimum), found) + note


def in_words(key: str | None, line: list[Turn], turn: Turn, sizes: tuple[int, int], found: Found) -> str:
    """Return the verdict on a bundle that holds."""
    size, minimum = sizes
    erased = found.erased()
    withheld, word, more = len(found.missing) - erased, "intact", ""
    if key is not None and turn.key.vkey != key:
        until = line[[one.key.vkey for one in line].index(key) + 1].since
        word, more = "superseded key", f", signed by the key that the one given handed over to at {until} entries"
    elif found.count < size or withheld:
        word = "intact-but-filtered"
    elif erased:
        word = "intact-but-erased"
    more += f", those below {minimum} pruned, as the bundle says" if minimum else ""
    more += f", {erased} personal values erased by order" if erased else ""
    more += f", {withheld} personal values withheld" if withheld else ""
    return f"{word}: {line[0].key.name}, {size} entries, {found.count} of them disclosed{more}"


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
        if options.key and parse_vkey(options.key).kind != 1:
            raise ValueError("the key is not an Ed25519 key")
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
