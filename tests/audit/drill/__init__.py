"""The drill, drilled."""
