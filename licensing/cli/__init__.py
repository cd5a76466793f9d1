"""The commands of licensing: reading captures, taking in event logs, and the agent that polls licence servers."""
