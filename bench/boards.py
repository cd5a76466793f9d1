"""The seats board over HTTP on SQLite, beside the least that Flask answers under the same server."""

from pathlib import Path

from bench.houses import House, demo_house, large_house
from bench.load import Plan
from bench.outcomes import Comparison, compare
from bench.servers import other, product

BOARD = "/api/v1/licensing/board"
SECONDS, REQUESTS, HELLOS = 3.0, 3000, 10_000


def run(folder: Path) -> list[Comparison]:
    """Measure at the size of the demo and at 200 products."""
    with other("bench.hello:app", 1, {}, folder / "hello.log") as hello_port:
        hello = Plan(port=hello_port, path="/", requests=HELLOS, seconds=SECONDS)
        return [
            _board("board of the demo, 7 products", demo_house(folder / "demo"), hello, folder),
            _board("board of 200 products", large_house(folder / "large"), hello, folder),
        ]


def _board(name: str, house: House, hello: Plan, folder: Path) -> Comparison:
    with product(house.environment, folder / "board.log") as port:
        plan = Plan(port=port, path=BOARD, token=house.token, warm_up=32, requests=REQUESTS, seconds=SECONDS)
        return compare(name, plan, hello)
