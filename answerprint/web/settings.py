"""Settings come from the environment, once, as a frozen value. ``docs/settings.md`` repeats the table below."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from answerprint.core.smtp import SmtpServer, read_smtp_url

SETTINGS = {
    "ANSWERPRINT_HOME": ("var", "Folder of the embedded database and the key."),
    "ANSWERPRINT_DATABASE": ("", "SQLAlchemy address, such as postgresql+psycopg://…; empty is SQLite at home."),
    "ANSWERPRINT_KEY_FILE": ("", "The key that signs the logs: PEM, mode 0600; empty is keys/log.pem at home."),
    "ANSWERPRINT_SECOND_PLACE": ("", "Folder with each log's last checkpoint, best on another disk; empty is at home."),
    "ANSWERPRINT_KEY_PASSPHRASE_FILE": ("", "File with the passphrase of the key that signs; empty: it has none."),
    "ANSWERPRINT_MLDSA_KEY_FILE": ("", "ML-DSA-44 key that signs checkpoints beside the first; empty: none."),
    "ANSWERPRINT_SEAL_FILE": ("", "The key that seals personal values, mode 0600; empty is keys/seal.key at home."),
    "ANSWERPRINT_POLICIES": ("", "Folder of witness policies, a file a log; empty is policies at home."),
    "ANSWERPRINT_HEARTBEAT": ("0", "Minutes of silence after which the house log says that it lives; 0: never."),
    "ANSWERPRINT_EXPORTS": ("", "Folder of bundles made by a job; empty is exports at home."),
    "ANSWERPRINT_MEDIA": ("", "Folder of the screening room's files; empty is media at home."),
    "ANSWERPRINT_SMTP_URL": ("", "smtp://user:password@host:587 or smtps://…; empty: mails wait and are not sent."),
    "ANSWERPRINT_MAIL_FROM": ("", "Address that mails come from; empty is answerprint@ the host of ANSWERPRINT_URL."),
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
    seal_file: Path
    policies: Path
    exports: Path
    origin: str
    zone: ZoneInfo
    url: str
    proxies: int = 0
    heartbeat: timedelta | None = None
    key_passphrase_file: Path | None = None
    mldsa_key_file: Path | None = None
    smtp: SmtpServer | None = None
    mail_from: str = ""
    media: Path = Path("media")

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
    proxies = _number(chosen, "ANSWERPRINT_PROXIES", "0 where no proxy stands in front")
    silence = _number(chosen, "ANSWERPRINT_HEARTBEAT", "of minutes, 0 for never")
    return Settings(
        home=home,
        database=chosen["ANSWERPRINT_DATABASE"] or f"sqlite:///{home / 'answerprint.db'}",
        key_file=Path(chosen["ANSWERPRINT_KEY_FILE"] or home / "keys" / "log.pem"),
        second_place=Path(chosen["ANSWERPRINT_SECOND_PLACE"] or home / "second-place"),
        seal_file=Path(chosen["ANSWERPRINT_SEAL_FILE"] or home / "keys" / "seal.key"),
        policies=Path(chosen["ANSWERPRINT_POLICIES"] or home / "policies"),
        exports=Path(chosen["ANSWERPRINT_EXPORTS"] or home / "exports"),
        origin=chosen["ANSWERPRINT_ORIGIN"],
        zone=zone,
        url=chosen["ANSWERPRINT_URL"].rstrip("/"),
        proxies=proxies,
        heartbeat=timedelta(minutes=silence) if silence else None,
        key_passphrase_file=_path(chosen["ANSWERPRINT_KEY_PASSPHRASE_FILE"]),
        mldsa_key_file=_path(chosen["ANSWERPRINT_MLDSA_KEY_FILE"]),
        smtp=_smtp(chosen["ANSWERPRINT_SMTP_URL"]),
        media=Path(chosen["ANSWERPRINT_MEDIA"] or home / "media"),
        mail_from=chosen["ANSWERPRINT_MAIL_FROM"] or f"answerprint@{urlsplit(chosen['ANSWERPRINT_URL']).hostname}",
    )


def _smtp(text: str) -> SmtpServer | None:
    if not text:
        return None
    try:
        return read_smtp_url(text)
    except ValueError as error:
        raise SettingError(f"ANSWERPRINT_SMTP_URL {error}.") from error


def _path(text: str) -> Path | None:
    return Path(text) if text else None


def _number(chosen: Mapping[str, str], name: str, meaning: str) -> int:
    if not chosen[name].isdecimal() or len(chosen[name]) > 6:
        raise SettingError(f"{name} is a whole number {meaning}.")
    return int(chosen[name])
