"""Seats against contracts: products, lots, checkouts, licence servers, captures and statements."""
