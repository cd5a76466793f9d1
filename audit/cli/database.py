"""Which database a command reads."""

import os
from pathlib import Path

import click


def home() -> Path:
    """Return the folder of this house."""
    return Path(os.environ.get("ANSWERPRINT_HOME", "var")).absolute()


def address_of(url: str | None) -> str:
    """Return the address of the database that was named, or else the one of the settings."""
    address = url or os.environ.get("ANSWERPRINT_DATABASE") or f"sqlite:///{home() / 'answerprint.db'}"
    if address.startswith("sqlite:///") and not Path(address.removeprefix("sqlite:///")).exists():
        raise click.UsageError(f"--database: there is no database at {address}")
    return address
