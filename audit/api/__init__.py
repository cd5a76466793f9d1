"""The trail's API under ``/api/v1/audit``: logs as C2SP tlog-tiles, entries with their proofs, exports."""
