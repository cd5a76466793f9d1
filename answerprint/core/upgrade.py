"""Bring a database's tables up to date, with the revisions that stand in ``migrations``."""

import importlib.util
from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from answerprint.core.db import open_engine
from answerprint.core.sealing import Seal


def upgrade(url: str, revision: str = "head", *, seal: Seal | None = None) -> None:
    """Run the revisions up to ``revision``, all in one transaction. ``seal`` is for those that seal what is stored."""
    _run(url, revision, command.upgrade, seal)


def downgrade(url: str, revision: str) -> None:
    """Take the revisions after ``revision`` back."""
    _run(url, revision, command.downgrade, None)


def is_current(connection: Connection) -> bool:
    """Report whether the database's tables are those of this release."""
    found = MigrationContext.configure(connection).get_current_heads()
    return set(found) == set(ScriptDirectory.from_config(config()).get_heads())


def config() -> Config:
    """Return Alembic's configuration; there is no ini file."""
    found = importlib.util.find_spec("migrations")
    if found is None or found.origin is None:
        message = "the package 'migrations' is not installed"
        raise RuntimeError(message)
    settings = Config()
    settings.set_main_option("script_location", str(Path(found.origin).parent))
    return settings


def _run(url: str, revision: str, act: Callable[[Config, str], None], seal: Seal | None) -> None:
    settings = config()
    settings.attributes["seal"] = seal
    engine = open_engine(url)
    with engine.connect() as connection:
        settings.attributes["connection"] = connection
        act(settings, revision)
        connection.commit()
    engine.dispose()
