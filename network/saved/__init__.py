"""Save listings, with and without an account, and share lists of them."""
