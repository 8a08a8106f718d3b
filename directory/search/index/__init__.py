"""The inverted index: segments of arrays, kept in memory and in a file."""
