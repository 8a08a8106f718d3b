"""Roles, regions and the work queues of curators."""
# i18n: admin only
