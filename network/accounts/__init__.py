"""Accounts: sign-up, sign-in, passwords, recovery codes, sessions."""
