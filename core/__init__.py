"""Code that every app uses and that knows nothing of listings, people or feeds. It imports no other app."""
