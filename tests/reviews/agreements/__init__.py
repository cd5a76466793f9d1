"""Agreements, floors and templates."""
