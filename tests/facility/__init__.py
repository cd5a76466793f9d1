"""Tests of the facility."""
