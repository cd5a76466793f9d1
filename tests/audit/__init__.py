"""The signed trail."""
