"""A browser without a window, told what to do over its debugging pipe (Chrome DevTools Protocol)."""

import fcntl
import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PROGRAM = shutil.which("chromium") or shutil.which("google-chrome") or ""
_END = b"\0"
_PATIENCE = 60.0


@dataclass(slots=True)
class Page:
    """One page that is open in the browser."""

    to_browser: int
    from_browser: int
    session: str = ""
    _last: int = 0
    _held: bytes = field(default=b"")

    def call(self, method: str, **parameters: object) -> dict[str, Any]:
        """Call a method of the protocol; return its result."""
        self._last += 1
        message: dict[str, object] = {"id": self._last, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.to_browser, json.dumps(message).encode() + _END)
        while True:
            answer = self._read()
            if answer.get("id") == self._last:
                assert "error" not in answer, answer
                return dict(answer["result"])

    def _read(self) -> dict[str, Any]:
        while _END not in self._held:
            ready, _, _ = select.select([self.from_browser], [], [], _PATIENCE)
            assert ready, "the browser does not answer"
            self._held += os.read(self.from_browser, 1 << 16)
        raw, _, self._held = self._held.partition(_END)
        return dict(json.loads(raw))

    def open(self, address: str) -> None:
        """Open an address in a new tab, and wait until it stands."""
        target = self.call("Target.createTarget", url=address)["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.until("document.readyState === 'complete' && location.href !== 'about:blank'")

    def evaluate(self, expression: str) -> Any:
        """Return what an expression is on the page."""
        return self.call("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def until(self, expression: str) -> None:
        """Wait until an expression is true on the page."""
        end = time.monotonic() + _PATIENCE
        while not self.evaluate(expression):
            assert time.monotonic() < end, f"never: {expression}"
            time.sleep(0.02)

    def choose(self, selector: str, *files: Path) -> None:
        """Choose files in a file field."""
        root = self.call("DOM.getDocument")["root"]["nodeId"]
        node = self.call("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        self.call("DOM.setFileInputFiles", nodeId=node, files=[str(file) for file in files])


def _pipe() -> tuple[int, int]:
    """Return a pipe whose ends are far from the numbers that a program is given them under."""
    ends = os.pipe()
    moved = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 100) for end in ends]
    for end in ends:
        os.close(end)
    return moved[0], moved[1]


@contextmanager
def browser(folder: Path) -> Iterator[Page]:
    """Start a browser with its profile in a folder, and end it."""
    (read_end, to_browser), (from_browser, write_end) = _pipe(), _pipe()
    words = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--remote-debugging-pipe"]
    # The protocol wants its two pipes at 3 and 4.
    started = subprocess.Popen(
        ["bash", "-c", f'exec "$0" "$@" 3<&{read_end} 4>&{write_end}', PROGRAM, *words, f"--user-data-dir={folder}"],
        pass_fds=(read_end, write_end),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(read_end)
    os.close(write_end)
    try:
        yield Page(to_browser, from_browser)
    finally:
        started.terminate()
        started.wait(timeout=30)
        os.close(to_browser)
        os.close(from_browser)
