"""The pages of licensing: the seats board, products, contracts with their statements, the catalogue, servers."""
