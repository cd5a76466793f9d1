"""The lines of a capture, each accounted for: an event, or a diagnostic."""

from collections.abc import Iterator

from licensing.collectors.reading import Diagnostic

# No server prints lines this long; a pattern need not be tried on one.
MAX_LINE = 4_096
_SHOWN = 200


class Lines:
    """The lines of one text, numbered from 1, and the doubts about them."""

    def __init__(self, text: str) -> None:
        # Only line feeds end a line: a display of noise may hold the other separators that splitlines() knows.
        self._lines = text.removeprefix("\ufeff").split("\n")
        self._doubts: dict[int, list[str]] = {}
        self._number = 0
        self.total = 0

    def __iter__(self) -> Iterator[str]:
        """Give each line that is not blank and not too long, without the space around it."""
        for number, line in enumerate(self._lines, start=1):
            stripped = line.strip()
            if not stripped:
                continue
            self.total += 1
            self._number = number
            if len(stripped) > MAX_LINE:
                self.doubt(f"longer than {MAX_LINE} characters; not read")
            else:
                yield stripped

    @property
    def number(self) -> int:
        """The line that is being read."""
        return self._number

    def doubt(self, reason: str) -> None:
        """Turn the line that is being read into a diagnostic."""
        self._doubts.setdefault(self._number, []).append(reason)

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Return one diagnostic for each line in doubt, in the order of the text."""
        return tuple(
            Diagnostic(number, shown(self._lines[number - 1]), "; ".join(reasons))
            for number, reasons in self._doubts.items()
        )

    @property
    def events(self) -> int:
        """Count the lines that were understood without doubt."""
        return self.total - len(self._doubts)


def shown(line: str) -> str:
    """Return a line for a diagnostic: as it came, but cut where it is too long to be shown."""
    line = line.rstrip("\r")
    return line if len(line) <= MAX_LINE else f"{line[:_SHOWN]}…"
