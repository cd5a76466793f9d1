"""What lies where in a bundle, and how large each part may be. ``docs/bundle.md`` says it to readers.

The parts:
    checkpoint               the signed note (C2SP tlog-checkpoint) that all else is held against, with cosignatures
    policy                   which witnesses the house says must agree (C2SP tlog-policy), where it asks for any
    tile/<level>/…           every tile of the checkpoint's size, partial ones too (C2SP tlog-tiles)
    tile/entries/…           every entry from the minimum index on; or, where some are left out, entries.jsonl instead
    disclosures.jsonl        the personal values of the entries in the bundle
    keys/<log>.vkey          the key that the house says the log was opened with
    keys/<log>.mldsa.vkey    the ML-DSA-44 key that signs beside it, where there is one
    keys/history/<n>.note    what became of the keys since: handovers and revocations, in order
    report.csv, report.html, events.ocsf.jsonl    copies for reading
    kit/…                    programs that check a bundle
    manifest.json            what is inside, and what was left out
    SHA256SUMS               every other member, as ``sha256sum --check`` reads it
"""

from collections.abc import Iterator
from importlib.resources import files

from audit.note import MAX_NOTE
from audit.policy import MAX_POLICY
from audit.tiles import HEIGHT, MAX_ENTRY, WIDTH, Bundle, Tile
from audit.tree import HASH_SIZE

FORMAT = "answerprint bundle v1"
CHECKPOINT = "checkpoint"
POLICY = "policy"
ENTRIES = "entries.jsonl"
DISCLOSURES = "disclosures.jsonl"
MANIFEST = "manifest.json"
SUMS = "SHA256SUMS"
CSV = "report.csv"
HTML = "report.html"
OCSF = "events.ocsf.jsonl"
REPORTS = (CSV, HTML, OCSF)
KIT = ("README.txt", "main.go", "verify.html", "verify.py", "verify.sh")

MAX_LINE = 1 << 20
MAX_LIST = 1 << 28
MAX_KEY = 1 << 12
MAX_HISTORY = 1000
MAX_KIT = 1 << 20
MAX_STREAM = 1 << 40
MAX_RATIO = 200
"""No honest member shrinks to less than a two hundredth; below 1 MiB it does not matter."""


def key_name(log: str) -> str:
    """Return the member that holds the key the log was opened with."""
    return f"keys/{log}.vkey"


def mldsa_key_name(log: str) -> str:
    """Return the member that holds the log's ML-DSA-44 key."""
    return f"keys/{log}.mldsa.vkey"


def history_name(number: int) -> str:
    """Return the member that holds one statement on the log's keys, counted from 0."""
    return f"keys/history/{number}.note"


def tiles_of(size: int) -> Iterator[Tile]:
    """Yield every tile of a tree of ``size``, level by level: the full ones and the one that is partial."""
    level = 0
    while size >> HEIGHT * level:
        hashes = size >> HEIGHT * level
        for index in range(-(-hashes // WIDTH)):
            yield Tile(level, index, min(WIDTH, hashes - index * WIDTH))
        level += 1


def bundles_of(size: int, minimum: int = 0) -> Iterator[Bundle]:
    """Yield every entry bundle of a log of ``size`` from its minimum index on, a multiple of 256."""
    for first in range(minimum, size, WIDTH):
        yield Bundle(first // WIDTH, min(WIDTH, size - first))


def kit_file(name: str) -> bytes:
    """Return one file of the kit as this version has it."""
    return files("audit.kit").joinpath(name).read_bytes()


def size_limit(name: str) -> int:
    """Return how many bytes a member of this name may have."""
    if name.startswith("tile/entries/"):
        return WIDTH * (2 + MAX_ENTRY)
    if name.startswith("tile/"):
        return WIDTH * HASH_SIZE
    if name.startswith("kit/"):
        return MAX_KIT
    if name.startswith("keys/"):
        return MAX_KEY
    return {CHECKPOINT: MAX_NOTE, POLICY: MAX_POLICY, MANIFEST: MAX_LIST, SUMS: MAX_LIST}.get(name, MAX_STREAM)
