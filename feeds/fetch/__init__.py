"""Downloads of feeds, within bounds of size and time."""
