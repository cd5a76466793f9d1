"""Captures that lie outside the project."""
