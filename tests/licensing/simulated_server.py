"""A licence server that knows the truth, and writes a FlexNet log that tells less."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from licensing.collectors.flexnet_log import FlexnetLog
from licensing.rules.pairing import Pairing, Session
from licensing.rules.usage import Coverage

BEGIN = datetime(2024, 3, 12, 22, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that happens; the numbers choose among what is there."""

    verb: str
    who: int = 0
    number: int = 1


def deeds(*, verbs: tuple[str, ...]) -> st.SearchStrategy[list[Deed]]:
    """Draw what happens on a day or two; few users, so that one holds several."""
    one = st.builds(Deed, st.sampled_from(verbs), st.integers(0, 2), st.integers(1, 5))
    return st.lists(one, max_size=40)


@dataclass(slots=True)
class Seat:
    """What somebody holds."""

    user: str
    quantity: int
    tag: str


@dataclass(slots=True)
class SimulatedServer:
    """Runs through deeds; ``truth`` is the clock's face and the seats in use, wherever the log claims to tell them."""

    clock: datetime = BEGIN
    lines: list[str] = field(default_factory=list)
    held: list[Seat] = field(default_factory=list)
    truth: list[tuple[datetime, int]] = field(default_factory=list)
    _unclaimed: list[tuple[datetime, int]] = field(default_factory=list)
    _is_set_back: bool = False

    @property
    def in_use(self) -> int:
        """Return the seats in use."""
        return sum(seat.quantity for seat in self.held)

    @property
    def busy(self) -> set[datetime]:
        """The seconds in which something happened, told by the log or not."""
        return {moment.replace(microsecond=0) for moment, _ in (*self.truth, *self._unclaimed)}

    def begin(self) -> None:
        """Start the daemon with its date, nothing being held."""
        self.held = []
        self.write(
            "(lmgrd) FlexNet Licensing (v11.19.0 build 1) started on ferry (linux) "
            f"({self.clock.month}/{self.clock.day}/{self.clock.year})"
        )
        self.write("(gradeco) Server started on ferry for:\tgrade\t")
        # A start that ends no session is no line about seats.
        self._unclaimed.append((self.clock, 0))

    def write(self, text: str) -> None:
        """Write a line with the time of day."""
        self.lines.append(f"{self.clock.hour:2}:{self.clock:%M:%S} {text}")

    def state_date(self) -> None:
        """Write the date, as servers do every few hours."""
        self.write(f"(lmgrd) TIMESTAMP {self.clock.month}/{self.clock.day}/{self.clock.year}")

    def tell(self) -> None:
        """Note the truth after a line about seats: what lay between two such lines is claimed too, if no step did."""
        if not self._is_set_back:
            self.truth += self._unclaimed
        self._unclaimed, self._is_set_back = [], False
        self.truth.append((self.clock, self.in_use))

    def do(self, deed: Deed) -> None:
        """Do one thing."""
        match deed.verb:
            case "wait":
                self.clock += timedelta(minutes=deed.number * 17, seconds=deed.who)
                self.state_date()
            case "set back":
                self.clock -= timedelta(minutes=deed.number * 11)
                self._is_set_back = True
                self.state_date()
            case "restart":
                self.begin()
            case "out":
                self.take(Seat(f"user{deed.who}", deed.number, "" if deed.number % 2 else "[show]"))
            case _:
                mine = [seat for seat in self.held if seat.user == f"user{deed.who}"]
                if mine:
                    self.do_with(mine, deed)

    def do_with(self, mine: list[Seat], deed: Deed) -> None:
        """Do something with what a user holds."""
        match deed.verb:
            case "in":
                self.give_back(mine[deed.number % len(mine)], 0)
            case "part" if mine[-1].quantity > 1:
                self.give_back(mine[-1], 1)
            case "both" if len(mine) > 1:
                self.held.remove(mine[0])
                mine[1].quantity += mine[0].quantity
                self.give_back(mine[1], 0)
            case "lose":
                self.held.remove(mine[deed.number % len(mine)])
                self._unclaimed.append((self.clock, self.in_use))

    def take(self, seat: Seat) -> None:
        """Check seats out."""
        self.held.append(seat)
        self.write(f'(gradeco) OUT: "grade" {seat.user}@bay {seat.tag} ({seat.quantity} licenses)')
        self.tell()

    def give_back(self, seat: Seat, keep: int) -> None:
        """Check seats in, but for those that are kept."""
        self.write(f'(gradeco) IN: "grade" {seat.user}@bay {seat.tag} ({seat.quantity - keep} licenses)')
        seat.quantity = keep
        if not keep:
            self.held.remove(seat)
        self.tell()


def read_back(server: SimulatedServer) -> tuple[list[Session], Coverage, Pairing]:
    """Read the server's log and pair it."""
    log, pairing = FlexnetLog(server.lines, zone=ZoneInfo("UTC")), Pairing()
    sessions = list(pairing.sessions(log))
    starts_at, ends_at = log.count.starts_at, log.count.ends_at
    assert starts_at is not None
    assert ends_at is not None
    assert log.count.diagnostics == 0
    return sessions, Coverage(starts_at, ends_at, pairing.known_from), pairing
