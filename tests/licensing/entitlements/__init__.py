"""Tests of entitlements: lots, imports, the review of features, and named seats."""
