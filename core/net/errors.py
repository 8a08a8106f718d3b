"""Errors of requests to other machines."""


class CannotFetch(Exception):
    """One line for the person who ran the command."""
