"""The tables of reviews: agreements, parties, material, links and the gate, decisions, attendance."""
