"""Headers, address pseudonyms, log filters and error middleware."""
