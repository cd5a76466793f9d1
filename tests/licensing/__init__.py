"""Seats against contracts."""
