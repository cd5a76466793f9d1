"""Review agreements, screening links, the gate and decisions: what a client agreed to, who watched, what was decided."""
