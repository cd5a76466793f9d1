"""The commands on keys, run to their end or broken off."""

from collections.abc import Iterator

from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from answerprint.core.actor import SYSTEM
from answerprint.web.cli import main
from audit.cli.key_change import House
from audit.models import StoredCheckpoint
from audit.note import Signer
from audit.queries import keys, logs
from audit.record import HOUSE
from audit.service.checkpoints import publish_checkpoint
from audit.succession import Succession
from tests.conftest import ORIGIN

LICENSOR = "licensor-acme"
PASSPHRASE = "correct horse battery staple"


def publish_all(house: House, key: Ed25519PrivateKey) -> dict[str, bytes]:
    """Publish both logs."""
    notes = {}
    for name in (LICENSOR, HOUSE):
        with house.database.transaction() as session:
            place = house.second_place
            notes[name] = publish_checkpoint(session, SYSTEM, log_name=name, key=key, second_place=place).note
    return notes


def signed_after(house: House, log: str, since: int) -> list[bytes]:
    """Return the checkpoints of more than so many entries."""
    with house.database.reading() as session:
        found = select(StoredCheckpoint.note).where(
            StoredCheckpoint.log_id == logs.log_named(session, log).id, StoredCheckpoint.size > since
        )
        return list(session.scalars(found))


def run(*arguments: str) -> tuple[int, str]:
    """Run the command: its exit code and what it printed."""
    result = CliRunner().invoke(main, ["audit", "key", *arguments])
    return result.exit_code, result.output


def succession(house: House, log: str = HOUSE) -> Succession:
    """Read a log's keys."""
    with house.database.reading() as session:
        return keys.succession_of(session, logs.log_named(session, log))


def broken_off(steps: Iterator[str], after: int) -> None:
    """Do so many steps and no more, as if the machine had stopped then."""
    for _ in range(after):
        next(steps)


def vkey(key: Ed25519PrivateKey, log: str = HOUSE) -> str:
    """Return the verifier key of a key for a log."""
    return Signer(f"{ORIGIN}/{log}", key).vkey


def names(house: House) -> list[str]:
    """Return what lies in the folder of the keys."""
    return sorted(path.name for path in house.files.key.parent.iterdir())
