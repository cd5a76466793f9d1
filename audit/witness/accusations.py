"""Where evidence is kept, by a witness or by a house: one file for each split view, written whole or not at all."""

import os
from hashlib import sha256
from pathlib import Path

from audit.witness.evidence import Evidence

MAX_FILES = 100
"""A log that signs anything could fill the disk with its own guilt; a hundred proofs are enough."""


def keep_evidence(folder: Path, evidence: Evidence) -> Path | None:
    """Return the new file that holds the evidence; ``None`` where it is there already or the folder is full."""
    return _keep(folder, "split-view", evidence.encode())


def keep_unknown(folder: Path, note: bytes) -> Path | None:
    """Return the new file that holds a checkpoint which the log signed and the house does not know; else ``None``."""
    return _keep(folder, "unknown-checkpoint", note)


def _keep(folder: Path, what: str, raw: bytes) -> Path | None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{what}-{sha256(raw).hexdigest()[:32]}.txt"
    if path.exists() or sum(1 for _ in folder.glob(f"{what}-*.txt")) >= MAX_FILES:
        return None
    unfinished = path.with_suffix(f".{os.getpid()}-{os.urandom(4).hex()}")
    with unfinished.open("wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    return path
