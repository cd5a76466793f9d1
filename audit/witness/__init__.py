"""A witness, C2SP tlog-witness: it cosigns a log's checkpoint only where that extends the last one it cosigned."""
