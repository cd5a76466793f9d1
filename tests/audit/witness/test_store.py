"""What a witness has seen outlives its process, goes one way, and is one line of history however many ask at once."""

import os
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from threading import Event

import pytest

from audit.checkpoint import parse_checkpoint
from audit.cosignature import Cosigner
from audit.note import parse_note, verify_note
from audit.tree import verify_consistency
from audit.witness.cosigning import Witness, trusted_logs
from audit.witness.server import WitnessApp
from audit.witness.store import Seen, Store, UnusableStoreError, make_store
from audit.witness.submission import Submission
from tests.audit.witness.grounds import (
    BY_WITNESS,
    COSIGNER,
    HONEST,
    LOG,
    NOW,
    ORIGIN,
    STRANGER,
    Accused,
    Story,
    asked,
    new_witness,
    served,
)

DIES = """
import os, signal, sys
from pathlib import Path
from audit.witness.store import Store
from audit.witness.store import Seen
from tests.audit.witness.grounds import HONEST, LOG, ORIGIN

def seven(last):
    if sys.argv[2] == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    return Seen(ORIGIN, LOG.vkey, 7, HONEST.root(7), HONEST.checkpoint(7))

Store(Path(sys.argv[1])).advance(ORIGIN, seven)
os.kill(os.getpid(), signal.SIGKILL)
"""


class TestFile:
    """The store's file."""

    def test_missing_store_is_no_new_beginning(self, tmp_path: Path) -> None:
        """A witness whose file is gone does not start: it would cosign any history."""
        with pytest.raises(UnusableStoreError, match="restore its newest copy"):
            Store(tmp_path / "witness.db")
        assert list(tmp_path.iterdir()) == []

    def test_store_is_made_once(self, tmp_path: Path) -> None:
        """A store is never written over."""
        make_store(tmp_path / "witness.db", COSIGNER.key.vkey)

        with pytest.raises(FileExistsError):
            make_store(tmp_path / "witness.db", COSIGNER.key.vkey)

    def test_store_of_another_witness(self, tmp_path: Path) -> None:
        """A store is for one key: another key has not seen what stands in it."""
        make_store(tmp_path / "witness.db", COSIGNER.key.vkey)
        other = Cosigner(COSIGNER.name, STRANGER.private_key)

        with pytest.raises(UnusableStoreError, match="another key"):
            Witness(other, trusted_logs([LOG.vkey]), Store(tmp_path / "witness.db"), Accused())

    @pytest.mark.parametrize("content", [b"", b"not a database, and longer than its header of a hundred bytes" * 3])
    def test_file_that_is_no_store(self, tmp_path: Path, content: bytes) -> None:
        """Whatever else lies there is not taken for a store."""
        (tmp_path / "witness.db").write_bytes(content)

        with pytest.raises(UnusableStoreError):
            Store(tmp_path / "witness.db")

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE seen SET size = 6",
            "UPDATE seen SET root = zeroblob(32)",
            "UPDATE seen SET origin = 'other'",
            "DELETE FROM seen",
        ],
    )
    def test_file_does_not_go_back(self, tmp_path: Path, statement: str) -> None:
        """The database itself refuses to forget."""
        new_witness(tmp_path).cosign(HONEST.submission(0, 7), now=NOW)

        with closing(sqlite3.connect(tmp_path / "witness.db")) as connection, pytest.raises(sqlite3.IntegrityError):
            connection.execute(statement)

    def test_whole_signed_checkpoint_is_kept(self, tmp_path: Path) -> None:
        """Size and hash alone would prove nothing to others: the log's signature is kept, and the key it is of."""
        witness = new_witness(tmp_path)
        line = witness.cosign(HONEST.submission(0, 7), now=NOW)
        seen = witness.store.latest(ORIGIN)

        assert seen == Seen(ORIGIN, LOG.vkey, 7, HONEST.root(7), HONEST.checkpoint(7) + line.encode())

    def test_store_that_fails_gives_no_cosignature(self, tmp_path: Path) -> None:
        """503: what is not on the disk is not answered."""
        with served(WitnessApp(new_witness(tmp_path), lambda: NOW)) as url:
            with closing(sqlite3.connect(tmp_path / "witness.db")) as connection:
                connection.execute("CREATE TRIGGER full BEFORE INSERT ON seen BEGIN SELECT RAISE(ABORT, 'full'); END")
            status, _, body = asked(url, "POST", "/add-checkpoint", HONEST.submission(0, 7).encode())

        assert status == 503
        assert "—".encode() not in body


class TestManyAtOnce:
    """Fifty at once."""

    def test_fifty_submissions_keep_one_line_of_history(self, tmp_path: Path) -> None:
        """All that was cosigned is one history, though half of the fifty tell another one."""
        stories = [HONEST, Story("other", told=5)]

        def ask(number: int) -> tuple[int, bytes, bytes]:
            story, size = stories[number % 2], 10 + number
            old = 0
            for _ in range(60):
                submission = Submission(old, tuple(story.proof(old, size)), story.checkpoint(size))
                status, kind, body = asked(url, "POST", "/add-checkpoint", submission.encode())
                if kind != "text/x.tlog.size" or int(body) > size:
                    return status, submission.checkpoint_raw, body
                old = int(body)
            return 0, b"", b""

        accused = Accused()
        witness = new_witness(tmp_path, accused)
        with served(WitnessApp(witness, lambda: NOW)) as url, ThreadPoolExecutor(50) as pool:
            answers = list(pool.map(ask, range(50)))
        cosigned = []
        for status, raw, body in answers:
            assert status in {200, 409, 422}
            if status == 200:
                verify_note(raw.partition(b"\n\n")[0] + b"\n\n" + body, [BY_WITNESS])
                cosigned.append(parse_checkpoint(parse_note(raw).text))
        cosigned.sort(key=lambda one: one.size)
        story = next(one for one in stories if one.root(cosigned[0].size) == cosigned[0].root)
        newest = witness.store.latest(ORIGIN)

        assert newest is not None
        assert newest.size == cosigned[-1].size
        for one, after in pairwise(cosigned):
            verify_consistency(one.size, after.size, one.root, after.root, story.proof(one.size, after.size))

    def test_who_decides_is_alone(self, tmp_path: Path) -> None:
        """While one decides, nobody else has read yet: the second sees what the first made of it."""
        store = new_witness(tmp_path).store
        started = Event()
        before: list[Seen | None] = []

        def second(last: Seen | None) -> Seen:
            before.append(last)
            return Seen(ORIGIN, LOG.vkey, 9, HONEST.root(9), b"nine")

        def later() -> Seen:
            started.set()
            return store.advance(ORIGIN, second)

        with ThreadPoolExecutor(1) as pool:

            def first(_: Seen | None) -> Seen:
                pool.submit(later)
                started.wait(10)
                Event().wait(0.2)
                return Seen(ORIGIN, LOG.vkey, 7, HONEST.root(7), b"seven")

            seven = store.advance(ORIGIN, first)

        assert before == [seven]


class TestKilled:
    """``kill -9`` at any moment."""

    @pytest.mark.parametrize(("moment", "size"), [("before", 3), ("after", 7)])
    def test_killed_around_the_commit(self, tmp_path: Path, moment: str, size: int) -> None:
        """Killed before the commit, the old state stands; killed after it, with no answer given yet, the new."""
        witness = new_witness(tmp_path)
        witness.cosign(HONEST.submission(0, 3), now=NOW)
        killed = subprocess.run([sys.executable, "-c", DIES, str(tmp_path / "witness.db"), moment], check=False)
        seen = witness.store.latest(ORIGIN)

        assert killed.returncode == -signal.SIGKILL
        assert seen is not None
        assert (seen.size, seen.root) == (size, HONEST.root(size))
        assert witness.cosign(HONEST.submission(size, 9), now=NOW)

    def test_second_process_waits_and_sees(self, tmp_path: Path) -> None:
        """A process that halts in its transaction holds up the next; when it dies, nothing of it is left."""
        witness = new_witness(tmp_path)
        holds = "import sqlite3, sys, time; c = sqlite3.connect(sys.argv[1], isolation_level=None); "
        holds += "c.execute('BEGIN IMMEDIATE'); print('held', flush=True); time.sleep(60)"
        with (
            subprocess.Popen(
                [sys.executable, "-c", holds, str(tmp_path / "witness.db")], stdout=subprocess.PIPE
            ) as other,
            ThreadPoolExecutor(1) as pool,
        ):
            assert other.stdout is not None
            assert other.stdout.readline() == b"held\n"
            waiting = pool.submit(witness.cosign, HONEST.submission(0, 7), now=NOW)
            assert witness.store.latest(ORIGIN) is None
            assert not waiting.done()
            os.kill(other.pid, signal.SIGKILL)

            assert waiting.result(timeout=30).startswith("— ")
