"""Define the errors of requests to other machines."""


class FetchError(Exception):
    """A request failed; the message is one line for the operator or curator who asked for it."""


class ResponseError(FetchError):
    """The machine was reached, but its response is broken, too large or too slow."""
