"""Measure Answerprint and print the figures: ``python -m bench``. Nothing is asserted of any figure.

What is checked is that the work was done: where an answer is refused, a seat stays out or a trail does not verify, the
run ends in failure. Everything happens in a folder of its own, on loopback only, and is gone at the end.

``python -m bench search`` searches a trail of a million entries, on both engines; it takes some minutes, so it is not
among the rest. So does ``python -m bench verify``, which verifies one, and ``python -m bench history``, which takes in,
states and shows seats after ten million observed sessions.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

from bench import availability, boards, collectors, history, logs, long_trail, search, seats, trail
from bench.outcomes import Comparison
from tests.postgres import cluster


def main() -> int:
    """Run everything once, or the search or the verification alone; return 0 where all work was found done."""
    if sys.argv[1:] == ["search"]:
        search.run()
        return 0
    if sys.argv[1:] == ["verify"]:
        return 0 if long_trail.run() else 1
    if sys.argv[1:] == ["history"]:
        history.run()
        return 0
    began = time.perf_counter()
    print(f"{os.cpu_count()} cores, load average before: {os.getloadavg()[0]:.1f}")
    print("Requests a second, and milliseconds; 16 keep-alive clients; the better of two rounds each.\n")
    with tempfile.TemporaryDirectory(prefix="answerprint-bench-") as name:
        is_sound = _measure(Path(name))
    print(f"\nload average after: {os.getloadavg()[0]:.1f}; {time.perf_counter() - began:.0f} s in all")
    return 0 if is_sound else 1


def _measure(folder: Path) -> bool:
    (folder / "sqlite").mkdir()
    on_sqlite = seats.on_sqlite(folder / "sqlite")
    _show_seats(on_sqlite)
    (folder / "postgresql").mkdir()
    with cluster() as server:
        on_postgresql = seats.on_postgresql(folder / "postgresql", server)
    _show_seats(on_postgresql)
    (folder / "boards").mkdir()
    _show("Seats board, on SQLite", boards.run(folder / "boards"), bar="Flask hello")
    asked = availability.run(folder / "availability")
    print(f"Availability, a pure read with {availability.RESERVATIONS:,} reservations, on SQLite, milliseconds")
    print(f"  p50 {asked.p50:.1f}, p95 {asked.p95:.1f}; {asked.short} of {availability.QUESTIONS} answers short")
    print("Collectors, lines a second")
    for kind, rate in collectors.run():
        print(f"  {kind:32}{rate:12,.0f}")
    print("Event log, lines a second, from the file to the commit, on SQLite")
    print(f"  {'flexnet':32}{logs.run(folder / 'logs'):12,.0f}")
    return _show_trail(trail.run(folder / "trail")) and on_sqlite.is_sound and on_postgresql.is_sound


def _show_seats(measured: seats.Seats) -> None:
    _show(f"Checkout and return, on {measured.engine}", measured.comparisons, bar="bare app")
    state = measured.state
    print(f"  {state.checkouts:,} checkouts; seats still out: {state.seats_out}, bare: {measured.bare_seats_out}")
    _show_verdict(state.entries, state.findings)


def _show(title: str, comparisons: tuple[Comparison, ...] | list[Comparison], *, bar: str) -> None:
    print(f"{title:34}{'req/s':>10}{'p50':>9}{'p99':>9}{'ratio':>9}")
    for one in comparisons:
        for name, outcome in ((one.name, one.app), (f"  {bar}", one.bar)):
            ratio = f"{one.ratio:9.3f}" if outcome is one.app else ""
            print(f"  {name:32}{outcome.rate:10,.0f}{outcome.p50:9.1f}{outcome.p99:9.1f}{ratio}")


def _show_trail(measured: trail.Trail) -> bool:
    print("Trail, on SQLite, entries a second")
    rates = {"recorded, 500 a transaction": measured.recorded, "signed": measured.signed, "verified": measured.verified}
    for name, rate in rates.items():
        print(f"  {name:32}{rate:12,.0f}")
    _show_verdict(measured.entries, measured.findings)
    return not measured.findings


def _show_verdict(entries: int, findings: tuple[str, ...]) -> None:
    print(f"  trail of {entries:,} entries: {'verifies' if not findings else 'DOES NOT VERIFY'}")
    for finding in findings:
        print(f"    {finding}")
    print()


if __name__ == "__main__":
    sys.exit(main())
