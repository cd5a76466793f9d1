"""The keys of a house change: services, and the commands."""
