"""Checkouts and returns over HTTP, beside the bare app on the same engine, served in the same way."""

from dataclasses import dataclass
from pathlib import Path

from bench import bare
from bench.houses import State, large_house, look_over
from bench.load import Plan
from bench.outcomes import Comparison, compare
from bench.servers import other, product
from tests.postgres import Cluster

POOLS, SECONDS, REQUESTS = 16, 5.0, 1500
_EVERY = 12
"""Of 200 products in the order of their 8 vendors, each twelfth: two of each vendor."""


@dataclass(frozen=True, slots=True)
class Seats:
    """The figures of one engine, and what the load left behind in the house and in the bare app."""

    engine: str
    comparisons: tuple[Comparison, ...]
    state: State
    bare_seats_out: int

    @property
    def is_sound(self) -> bool:
        """Report whether every seat came back, in both, and the trail verifies."""
        return self.state.is_sound and not self.bare_seats_out


def on_sqlite(folder: Path) -> Seats:
    """Measure on SQLite, with one worker each."""
    return _run("SQLite", folder, "", f"sqlite:///{folder / 'bare.db'}", workers=1)


def on_postgresql(folder: Path, server: Cluster) -> Seats:
    """Measure on PostgreSQL, with two workers each."""
    for name in ("bench_house", "bench_bare"):
        server.run(f"CREATE DATABASE {name}")
    return _run("PostgreSQL", folder, server.url("bench_house"), server.url("bench_bare"), workers=2)


def _run(engine: str, folder: Path, address: str, bare_address: str, *, workers: int) -> Seats:
    house = large_house(folder / "house", address)
    bare.furnish(bare_address, POOLS)
    environment = {bare.ADDRESS: bare_address}
    with (
        product(house.environment, folder / "product.log") as port,
        other("bench.bare_app:app", workers, environment, folder / "bare.log") as bare_port,
    ):
        chosen = {f"{POOLS} products of 8 vendors": house.products[::_EVERY][:POOLS], "one product": house.products[:1]}
        comparisons = tuple(
            compare(
                name,
                Plan(port=port, products=products, token=house.token, requests=REQUESTS, seconds=SECONDS),
                Plan(port=bare_port, pools=len(products), requests=REQUESTS, seconds=SECONDS),
            )
            for name, products in chosen.items()
        )
    return Seats(engine, comparisons, look_over(house), bare.seats_taken(bare_address))
