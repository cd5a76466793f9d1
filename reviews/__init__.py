"""Review agreements, screening links and decisions. Its rooms are not built yet; its place among the floors is."""
