"""Which database a command reads."""

import os
from pathlib import Path

import click

from answerprint.core.sealing import Seal, load_seal
from audit.keys import read_passphrase


def home() -> Path:
    """Return the folder of this house."""
    return Path(os.environ.get("ANSWERPRINT_HOME", "var")).absolute()


def address_of(url: str | None) -> str:
    """Return the address of the database that was named, or else the one of the settings."""
    address = url or os.environ.get("ANSWERPRINT_DATABASE") or f"sqlite:///{home() / 'answerprint.db'}"
    if address.startswith("sqlite:///") and not Path(address.removeprefix("sqlite:///")).exists():
        raise click.UsageError(f"--database: there is no database at {address}")
    return address


def seal_file_at_hand(url: str | None, seal_file: Path | None) -> Path | None:
    """Return the file that was named, or that of this house's sealing key where no other database was; else none."""
    if seal_file is not None or url is not None:
        return seal_file
    own = Path(os.environ.get("ANSWERPRINT_SEAL_FILE") or home() / "keys" / "seal.key")
    return own if own.exists() else None


def passphrase_at_hand() -> str | None:
    """Return the passphrase of the key files, where the settings name its file; raises ``UnusableKeyError``."""
    named = os.environ.get("ANSWERPRINT_KEY_PASSPHRASE_FILE")
    return read_passphrase(Path(named)) if named else None


def seal_at_hand(url: str | None, seal_file: Path | None) -> Seal | None:
    """Return the sealing key in that file, or ``None``; raises ``UnusableSealError``."""
    found = seal_file_at_hand(url, seal_file)
    return load_seal(found) if found is not None else None
