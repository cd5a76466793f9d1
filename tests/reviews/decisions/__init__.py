"""Rounds, decisions, notes and their exports."""
