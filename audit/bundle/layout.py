"""What lies where in a bundle, and how large each part may be. ``docs/bundle.md`` says it to readers.

The parts:
    checkpoint               the signed note (C2SP tlog-checkpoint) that all else is held against
    tile/<level>/…           every tile of the checkpoint's size, partial ones too (C2SP tlog-tiles)
    tile/entries/…           every entry; or, in a bundle of a period, entries.jsonl with those of the period
    disclosures.jsonl        the personal values of the entries in the bundle
    keys/<log>.vkey          the key that the house says is its own
    report.csv, report.html, events.ocsf.jsonl    copies for reading
    kit/…                    programs that check a bundle
    manifest.json            what is inside, and what was left out
    SHA256SUMS               every other member, as ``sha256sum --check`` reads it
"""

from collections.abc import Iterator
from importlib.resources import files

from audit.note import MAX_NOTE
from audit.tiles import HEIGHT, MAX_ENTRY, WIDTH, Bundle, Tile
from audit.tree import HASH_SIZE

FORMAT = "answerprint bundle v1"
CHECKPOINT = "checkpoint"
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
MAX_KIT = 1 << 20
MAX_STREAM = 1 << 40
MAX_RATIO = 200
"""No honest member shrinks to less than a two hundredth; below 1 MiB it does not matter."""


def key_name(log: str) -> str:
    """Return the member that holds the log's verifier key."""
    return f"keys/{log}.vkey"


def tiles_of(size: int) -> Iterator[Tile]:
    """Yield every tile of a tree of ``size``, level by level: the full ones and the one that is partial."""
    level = 0
    while size >> HEIGHT * level:
        hashes = size >> HEIGHT * level
        for index in range(-(-hashes // WIDTH)):
            yield Tile(level, index, min(WIDTH, hashes - index * WIDTH))
        level += 1


def bundles_of(size: int) -> Iterator[Bundle]:
    """Yield every entry bundle of a log of ``size``."""
    for first in range(0, size, WIDTH):
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
    return {CHECKPOINT: MAX_NOTE, MANIFEST: MAX_LIST, SUMS: MAX_LIST}.get(name, MAX_STREAM)
