"""Contacts, undertakings, and how projects are called outside."""
