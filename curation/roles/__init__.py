"""Roles, regions and the work queues of curators."""
