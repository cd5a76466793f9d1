"""How many lines of an event log a second are taken in, from the file to the commit, and in how much memory.

Run ``python -m bench.logs`` for a log of 200 MB; ``make bench`` takes in a small one.
"""

import resource
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.upgrade import upgrade
from audit.service.logs import open_house
from licensing.cli.logs import parts
from licensing.queries.log_parts import read_log
from licensing.rules.servers import ServerEntry
from licensing.service.eventlogs import take_log
from licensing.service.servers import add_server

LINES = 100_000
_BEGIN = datetime(2024, 3, 13, tzinfo=UTC)
_USERS = 400


def run(folder: Path, lines: int = LINES) -> float:
    """Return lines a second, on SQLite."""
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "debug.log"
    write_log(log, lines)
    database, server_id = _house(folder)
    began = time.perf_counter()
    take(database, server_id, log)
    rate = lines / (time.perf_counter() - began)
    database.close()
    return rate


def write_log(path: Path, lines: int, *, begin: datetime = _BEGIN) -> None:
    """Write a FlexNet log that begins at midnight: artists take and return seats, and some are denied."""
    day = f"{begin.month}/{begin.day}/{begin.year}"
    with path.open("w", encoding="ascii") as file:
        file.write(f" 0:00:00 (lmgrd) FlexNet Licensing (v11.19.0 build 1) started on ferry (linux) ({day})\n")
        file.write(" 0:00:00 (gradeco) Server started on ferry for:\tgrade\t\n")
        for number in range(lines - 2):
            at = begin + timedelta(seconds=number * 3)
            turn, user = divmod(number, _USERS)
            what = f'(gradeco) {"IN" if turn % 2 else "OUT"}: "grade{user % 20}" artist{user}@bay-{user:03}'
            if number % 97 == 0:
                what = f"(lmgrd) TIMESTAMP {at.month}/{at.day}/{at.year}"
            elif number % 89 == 0:
                what = f'(gradeco) DENIED: "grade1" artist{user}@bay-{user:03}  (Users already reached. (-4,342))'
            file.write(f"{at.hour:2}:{at:%M:%S} {what}\n")


def take(database: Database, server_id: UUID, log: Path) -> None:
    """Take a log in as the command does."""
    with log.open("rb") as source:
        for raw in parts(source):
            with database.reading() as session:
                text = read_log(session, server_id=server_id, raw=raw)
            with database.transaction() as session:
                take_log(session, SYSTEM, server_id=server_id, raw=raw, now=datetime.now(UTC), text=text)


def _house(folder: Path) -> tuple[Database, UUID]:
    url = f"sqlite:///{folder / 'answerprint.db'}"
    upgrade(url)
    database = Database(url)
    with database.transaction() as session:
        open_house(
            session, SYSTEM, origin="bench.example/answerprint", public_key=Ed25519PrivateKey.generate().public_key()
        )
    with database.transaction() as session:
        server = add_server(session, SYSTEM, entry=ServerEntry(name="ferry", kind="flexnet", zone="UTC"))
        return database, server.id


def main() -> None:
    """Take in a large log, and print the rate and the most memory that it took."""
    lines = int(sys.argv[1]) if len(sys.argv) > 1 else 3_400_000
    with tempfile.TemporaryDirectory(prefix="answerprint-bench-") as name:
        rate = run(Path(name), lines)
        size = (Path(name) / "debug.log").stat().st_size
        kept = (Path(name) / "answerprint.db").stat().st_size
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{lines:,} lines, {size / 1e6:,.0f} MB: {rate:,.0f} lines/s")
    print(f"most memory {peak:,.0f} MB; database of {kept / 1e6:,.0f} MB")


if __name__ == "__main__":
    main()
