"""The ground: database and the only commit, clock, actor, ids, permissions, problem kinds, paging, request helpers."""
