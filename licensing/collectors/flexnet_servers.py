"""One FlexNet server as a text shows it: its hosts, its vendor daemons, its features."""

from dataclasses import dataclass, field
from datetime import datetime

from licensing.collectors.flexnet_features import Block, read_features
from licensing.collectors.reading import DaemonReading, FeatureReading, ServerMember, ServerReading, ServerState


@dataclass(slots=True)
class FlexnetServer:
    """One ``License server status`` and what follows it."""

    name: str = ""
    members: list[ServerMember] = field(default_factory=list)
    daemons: list[DaemonReading] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    error: str | None = None

    @property
    def is_shown(self) -> bool:
        """Report whether the text says anything of a server: a failure that names none can be laid to none."""
        return bool(self.members or self.daemons or self.blocks or (self.name and self.error))

    @property
    def state(self) -> ServerState:
        """Return what the lines amount to. Totals without a server part come from a server that answered."""
        states = {member.state for member in self.members}
        answers = ServerState.UP in states
        if not self.members:
            answers = any(not block.is_unknown for block in self.blocks) or any(
                daemon.state is ServerState.UP for daemon in self.daemons
            )
        if not answers:
            return ServerState.DOWN if self.members or self.error else ServerState.UNKNOWN
        lost = ServerState.DOWN in states or any(one.state is ServerState.DOWN for one in self.daemons)
        return ServerState.DEGRADED if lost or self.error else ServerState.UP

    def reading(self, reported_at: datetime | None) -> ServerReading:
        """Return the server as a value; its version is that of the master."""
        masters = [member for member in self.members if member.is_master] or self.members
        return ServerReading(
            name=self.name,
            state=self.state,
            reported_at=reported_at,
            version=masters[0].version if masters else None,
            members=tuple(self.members),
            daemons=tuple(self.daemons),
            error=self.error,
        )

    def features(self) -> tuple[FeatureReading, ...]:
        """Return the features; all are unknown where the server is down."""
        return read_features(
            self.blocks,
            server=self.name,
            is_down=self.state is ServerState.DOWN,
            daemons_down=frozenset(one.name.casefold() for one in self.daemons if one.state is ServerState.DOWN),
            has_daemon_up=any(one.state is ServerState.UP for one in self.daemons),
        )
