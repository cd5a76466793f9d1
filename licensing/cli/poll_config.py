"""What the agent polls, read from a TOML file: the house's address, a token, and the licence servers."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

from licensing.collectors.registry import CollectorKind

FLEXNET_EVERY_MIN = 30
"""Seconds between two lmstat -a, which costs a server much."""

_EVERY_MIN, _EVERY_MAX = 10, 86_400
_TIMEOUT_MAX = 300
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class ConfigError(ValueError):
    """The file cannot be used; the sentence names the word at fault and says what to do."""


@dataclass(frozen=True, slots=True)
class Polled:
    """A licence server: the command that asks it, run every so many seconds, and the log that is followed."""

    id: UUID
    kind: str
    zone: str
    command: tuple[str, ...]
    every: int
    timeout: int
    log: Path | None


@dataclass(frozen=True, slots=True)
class Config:
    """What the agent does. ``spool`` keeps what the house did not take yet."""

    address: str
    token_file: Path
    spool: Path
    timeout: int
    servers: tuple[Polled, ...]

    @property
    def token(self) -> str:
        """Return the token, read anew each time, so that it can be changed while the agent runs."""
        return self.token_file.read_text(encoding="utf-8").strip()


def read_config(path: Path) -> Config:
    """Read the file; raises ``ConfigError``."""
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}") from error
    _know(said, "", {"address", "token_file", "spool", "timeout", "servers"})
    servers = said.get("servers")
    if not isinstance(servers, list) or not servers:
        raise ConfigError("servers: name at least one, each under [[servers]].")
    return Config(
        address=_address(_text(said, "address")),
        token_file=Path(_text(said, "token_file")),
        spool=Path(_text(said, "spool")),
        timeout=_seconds(said, "timeout", 30, 1, _TIMEOUT_MAX),
        servers=tuple(_server(one, f"servers[{place}].") for place, one in enumerate(servers)),
    )


def _server(said: Any, where: str) -> Polled:
    if not isinstance(said, dict):
        raise ConfigError(f"{where[:-1]}: write it under [[servers]].")
    _know(said, where, {"id", "kind", "zone", "command", "every", "timeout", "log"})
    kind = _text(said, "kind", where)
    if kind not in set(CollectorKind):
        raise ConfigError(f"{where}kind is one of: {', '.join(CollectorKind)}.")
    least = FLEXNET_EVERY_MIN if kind == CollectorKind.FLEXNET.value else _EVERY_MIN
    every = _seconds(said, "every", 60, least, _EVERY_MAX, where)
    command = said.get("command", [])
    if not isinstance(command, list) or not all(isinstance(word, str) for word in command):
        raise ConfigError(f'{where}command is a list of words, such as ["lmutil", "lmstat", "-a"]; no shell reads it.')
    log = said.get("log")
    if not command and log is None:
        raise ConfigError(f"{where}command or {where}log: one of them tells what to send.")
    return Polled(
        id=_id(_text(said, "id", where), where),
        kind=kind,
        zone=_zone(said.get("zone", "UTC"), where),
        command=tuple(command),
        every=every,
        timeout=min(_seconds(said, "timeout", 20, 1, _TIMEOUT_MAX, where), every),
        log=None if log is None else Path(_text(said, "log", where)),
    )


def _know(said: Mapping[str, Any], where: str, names: set[str]) -> None:
    odd = sorted(set(said) - names)
    if odd:
        raise ConfigError(f"{where}{odd[0]} is not known here. Known are: {', '.join(sorted(names))}.")


def _text(said: Mapping[str, Any], name: str, where: str = "") -> str:
    value = said.get(name)
    if not isinstance(value, str) or not value.strip():
        raise ConfigError(f"{where}{name}: write it as text.")
    return value


def _seconds(said: Mapping[str, Any], name: str, usual: int, least: int, most: int, where: str = "") -> int:
    value = said.get(name, usual)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise ConfigError(f"{where}{name} is a number of seconds from {least} to {most}.")
    return value


def _address(text: str) -> str:
    found = urlsplit(text)
    if found.scheme not in {"http", "https"} or not found.hostname or found.query or found.fragment:
        raise ConfigError("address is the address of the house, such as https://answerprint.post.example.")
    if found.scheme == "http" and found.hostname not in _LOOPBACK:
        raise ConfigError("address begins with https: the token would else go over the wire in clear.")
    return text.rstrip("/")


def _id(text: str, where: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise ConfigError(f"{where}id is the identifier that the server has in the catalogue.") from error


def _zone(text: Any, where: str) -> str:
    try:
        return ZoneInfo(text).key
    except (LookupError, ValueError, OSError, TypeError, AttributeError) as error:
        raise ConfigError(f"{where}zone is a name of the time zone database, such as Europe/Berlin.") from error
