"""Reads of the trail: logs, entries, and the tree that their leaf hashes make."""
