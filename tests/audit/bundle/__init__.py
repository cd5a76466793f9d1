"""Tests of the auditor's bundle."""
