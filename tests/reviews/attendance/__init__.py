"""Tests of screenings and of what leaves the house on a drive."""
