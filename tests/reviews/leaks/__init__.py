"""Tests of leak drills and incidents."""
