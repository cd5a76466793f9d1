"""How far a long reading is, on a terminal: done, rate and time left; anywhere else nothing is written."""

import sys
import time
from types import TracebackType
from typing import Any, Self

import click


class Bar:
    """A progress bar on standard error. It is called as a ``Progress`` is, and used as a context."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._bar: Any = None
        self._done = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.__exit__(kind, error, trace)

    def __call__(self, log: str, done: int, total: int) -> None:
        """Show how far it is."""
        if not sys.stderr.isatty():
            return
        if self._bar is None:
            self._bar = click.progressbar(
                length=total,
                label="entries",
                show_pos=True,
                show_eta=True,
                file=sys.stderr,
                item_show_func=lambda said: said,
            )
            self._bar.__enter__()
        rate = done / max(time.monotonic() - self._began, 0.001)
        self._bar.update(done - self._done, f"{rate:,.0f}/s  {log}")
        self._done = done
