"""Accounts, their encrypted data and the pages under /my-network/ and /accounts/."""
