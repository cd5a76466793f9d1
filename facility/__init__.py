"""The facility: people, roles, clients, projects, memberships, sign-in and API tokens: who may do what."""
