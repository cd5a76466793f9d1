"""One RLM server as a text shows it: itself, its ISV servers, their products."""

from dataclasses import dataclass, field
from datetime import datetime

from licensing.collectors.reading import (
    DaemonReading,
    FeatureReading,
    ServerMember,
    ServerReading,
    ServerState,
    Tally,
)
from licensing.collectors.rlm_features import Product, read_products


@dataclass(slots=True)
class Isv:
    """An ISV server of an RLM server."""

    name: str
    state: ServerState
    version: str | None = None
    error: str | None = None
    tallies: dict[str, Tally] = field(default_factory=dict)

    def reading(self) -> DaemonReading:
        """Return the ISV server as a value."""
        return DaemonReading(self.name, self.state, self.version, self.error, tuple(self.tallies.values()))


@dataclass(slots=True)
class RlmServer:
    """One ``rlm status on …`` and what follows it."""

    name: str = ""
    version: str | None = None
    error: str | None = None
    reason: str | None = None
    is_attempted: bool = False
    answers: bool = False
    reported_at: datetime | None = None
    isvs: dict[str, Isv] = field(default_factory=dict)
    products: dict[str, Product] = field(default_factory=dict)
    tallies: dict[str, Tally] = field(default_factory=dict)

    @property
    def is_shown(self) -> bool:
        """Report whether the text says anything of a server: a failure that names none can be laid to none."""
        return self.answers or bool(self.isvs) or bool(self.name and self.error)

    @property
    def state(self) -> ServerState:
        """Return what the lines amount to."""
        if self.error is not None and not self.answers:
            return ServerState.DOWN
        if not self.answers:
            return ServerState.UNKNOWN
        lost = any(isv.state is ServerState.DOWN for isv in self.isvs.values())
        return ServerState.DEGRADED if lost else ServerState.UP

    def know_isv(self, name: str, state: ServerState, *, error: str | None = None) -> None:
        """Note an ISV server; once it is said to be down it stays so, since what else is printed of it is older."""
        known = self.isvs.setdefault(name, Isv(name, state, error=error))
        if known.state is not ServerState.DOWN:
            known.state, known.error = state, error

    def product(self, name: str) -> Product:
        """Return what is known of a product."""
        return self.products.setdefault(name, Product(name))

    def reading(self) -> ServerReading:
        """Return the server as a value."""
        error = f"{self.error}: {self.reason}" if self.error and self.reason else self.error
        return ServerReading(
            name=self.name,
            state=self.state,
            reported_at=self.reported_at,
            version=self.version,
            members=(ServerMember(self.name, self.state, self.version, error=error),) if self.name else (),
            daemons=tuple(isv.reading() for isv in self.isvs.values()),
            tallies=tuple(self.tallies.values()),
            error=error,
        )

    def features(self) -> tuple[FeatureReading, ...]:
        """Return the products; all are unknown where the server is down, those of an ISV server where that one is."""
        return read_products(
            self.products.values(),
            server=self.name,
            is_down=self.state is ServerState.DOWN,
            isvs_down=frozenset(isv.name for isv in self.isvs.values() if isv.state is ServerState.DOWN),
        )
