"""A client's machine with a witness on it, and its command line."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from click.testing import CliRunner

from answerprint.web.cli import main
from audit.cosignature import WITNESS_TYPES
from audit.note import Verifier
from tests.audit.witness.grounds import asked

NAME = "client.example/witness"


def ran(*options: object) -> tuple[int, str]:
    """Run the command: its exit code and what it printed."""
    result = CliRunner().invoke(main, ["witness", *map(str, options)])
    return result.exit_code, result.output


class Staff:
    """A client's machine: key, store and the witness's verifier key."""

    def __init__(self, folder: Path, log_vkey: str) -> None:
        self.files = ("--key-file", folder / "witness.pem", "--store", folder / "witness.db")
        self.logs = ("--log", log_vkey)
        code, output = ran("init", *self.files, "--name", NAME)
        assert code == 0, output
        self.vkey = output.strip()
        self.verifier = Verifier.from_vkey(self.vkey, WITNESS_TYPES)

    @contextmanager
    def serving(self) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
        """Run the server in processes of its own, and give its address."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [sys.executable, "-m", "tests.audit.witness.run_cli", "witness", "serve", *self.files, *self.logs]
        command += ["--port", port]
        process = subprocess.Popen([str(one) for one in command], start_new_session=True, stdout=subprocess.DEVNULL)
        try:
            _wait_for(port, process)
            yield f"http://127.0.0.1:{port}", process
        finally:
            kill(process)


def kill(process: "subprocess.Popen[bytes]") -> None:
    """Kill the server and its worker, as a power cut would."""
    if process.returncode is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=20)


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(400):
        assert process.poll() is None
        try:
            asked(f"http://127.0.0.1:{port}", "GET", "/")
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the witness does not answer")
