"""The routes of licensing under /api/v1."""
