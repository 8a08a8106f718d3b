"""Errors of requests to other machines."""


class FetchError(Exception):
    """One line for the person who ran the command."""
