"""Run a vendor's own tool: without a shell, for so long and no longer, and for so much output and no more."""

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress

OUTPUT_MAX = 8 * 1024 * 1024
_BLOCK = 65_536


class ToolError(Exception):
    """The tool told nothing that could be sent; the sentence says why."""


def run_tool(command: Sequence[str], *, zone: str, timeout: float, limit: int = OUTPUT_MAX) -> bytes:
    """Return what a tool printed; raises ``ToolError``. What it has started is ended with it.

    A tool that fails may well say what we ask for: that the server is down. So its exit is no verdict.
    """
    environment = {**os.environ, "TZ": zone, "LC_ALL": "C"}
    try:
        # A session of its own makes a process group that can be ended as a whole.
        started = subprocess.Popen(  # noqa: S603 - the words of the configuration, without a shell
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment,
            start_new_session=True,
        )
    except OSError as error:
        raise ToolError(f"{command[0]} cannot be run: {error.strerror}") from error
    with started:
        try:
            printed = _read(started, time.monotonic() + timeout, limit)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(started.pid, signal.SIGKILL)
    if not printed.strip():
        raise ToolError(f"{command[0]} printed nothing and ended with {started.returncode}")
    return printed


def _read(started: "subprocess.Popen[bytes]", deadline: float, limit: int) -> bytes:
    assert started.stdout is not None  # noqa: S101 - narrows a type; it was asked for
    found = bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(started.stdout, selectors.EVENT_READ)
        while True:
            left = deadline - time.monotonic()
            if left <= 0 or not selector.select(left):
                raise ToolError("it did not end in time, and was ended; what it had printed by then is not sent")
            block = os.read(started.stdout.fileno(), _BLOCK)
            if not block:
                return bytes(found)
            found += block
            if len(found) > limit:
                raise ToolError(f"it printed more than {limit} bytes, and was ended; nothing of it is sent")
