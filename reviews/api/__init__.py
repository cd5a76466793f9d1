"""Routes of reviews under /api/v1/reviews."""
