"""The pages of the gate, where a client's people come in without an account."""
