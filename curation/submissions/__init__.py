"""Reports and suggestions that visitors send, and how curators answer them."""
