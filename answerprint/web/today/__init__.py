"""What the first page says of today: what waits for whoever looks, in groups, each with the one act beside it."""
