"""Bundles: a log as one zip that anybody can check without this house."""
