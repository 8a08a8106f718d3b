"""Send requests to other machines: only to public addresses, and within bounds of size and time."""
