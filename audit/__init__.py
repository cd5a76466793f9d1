"""The signed trail: facts in Merkle logs, checkpoints, proofs and their verification. It knows no other floor."""
