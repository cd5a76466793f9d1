"""Settings come from the environment, once, as a frozen value. ``docs/settings.md`` repeats the table below."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

SETTINGS = {
    "ANSWERPRINT_HOME": ("var", "Folder of the embedded database and the key."),
    "ANSWERPRINT_DATABASE": ("", "SQLAlchemy address, such as postgresql+psycopg://…; empty is SQLite at home."),
    "ANSWERPRINT_KEY_FILE": ("", "The key that signs the logs: PEM, mode 0600; empty is keys/log.pem at home."),
    "ANSWERPRINT_SECOND_PLACE": ("", "Folder with each log's last checkpoint, best on another disk; empty is at home."),
    "ANSWERPRINT_ORIGIN": ("localhost/answerprint", "Name of this facility's logs, without scheme; for ever."),
    "ANSWERPRINT_ZONE": ("UTC", "IANA zone in which the facility counts its days, such as Europe/Berlin."),
    "ANSWERPRINT_URL": ("http://127.0.0.1:8300", "Address that people use; with https cookies are sent over TLS only."),
    "ANSWERPRINT_PROXIES": ("0", "How many proxies of yours stand in front and write X-Forwarded-For."),
}  # fmt: skip

BODY_LIMIT = 9 * 1024 * 1024
"""Bytes of a request's body: a capture of 8 MiB and what carries it."""


class SettingError(ValueError):
    """A setting cannot be used; the sentence names it and says what to do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What an installation chooses."""

    home: Path
    database: str
    key_file: Path
    second_place: Path
    origin: str
    zone: ZoneInfo
    url: str
    proxies: int = 0

    @property
    def has_secure_cookies(self) -> bool:
        """Report whether people reach this installation over TLS."""
        return self.url.startswith("https://")

    @property
    def is_sqlite(self) -> bool:
        """Report whether the embedded database is used, which wants one writing process."""
        return self.database.startswith("sqlite")


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings; raises ``SettingError`` naming the one that cannot be used."""
    chosen = {name: environment.get(name, default) for name, (default, _) in SETTINGS.items()}
    home = Path(chosen["ANSWERPRINT_HOME"]).absolute()
    try:
        zone = ZoneInfo(chosen["ANSWERPRINT_ZONE"])
    except (ZoneInfoNotFoundError, ValueError) as error:
        message = f"ANSWERPRINT_ZONE names no IANA zone: {chosen['ANSWERPRINT_ZONE']!r}. Try Europe/Berlin."
        raise SettingError(message) from error
    if not chosen["ANSWERPRINT_PROXIES"].isdecimal():
        message = "ANSWERPRINT_PROXIES is a whole number, 0 where no proxy stands in front."
        raise SettingError(message)
    return Settings(
        home=home,
        database=chosen["ANSWERPRINT_DATABASE"] or f"sqlite:///{home / 'answerprint.db'}",
        key_file=Path(chosen["ANSWERPRINT_KEY_FILE"] or home / "keys" / "log.pem"),
        second_place=Path(chosen["ANSWERPRINT_SECOND_PLACE"] or home / "second-place"),
        origin=chosen["ANSWERPRINT_ORIGIN"],
        zone=zone,
        url=chosen["ANSWERPRINT_URL"].rstrip("/"),
        proxies=int(chosen["ANSWERPRINT_PROXIES"]),
    )
