"""Review agreements, links, the gate and decisions: what a client agreed to, who watched, and what was decided."""
