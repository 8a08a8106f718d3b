"""The encrypted items of an account."""
