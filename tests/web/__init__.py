"""The roof: the gate, errors, pages."""
