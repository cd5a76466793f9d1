"""The facts of licensing: what is recorded of the catalogue, of seats and of captures."""
