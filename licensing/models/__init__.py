"""The tables of licensing: the catalogue, the seats, and what licence servers said."""
