"""Reads of the facility: who is signed in, and the lists that people look at."""
