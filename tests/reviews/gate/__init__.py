"""Tests of screening links and of the gate: every abuse that is known, and the defence that must hold."""
