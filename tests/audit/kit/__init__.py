"""Tests of the auditor's kit."""
