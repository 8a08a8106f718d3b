"""Download feeds within limits of size and time, and decompress them."""
