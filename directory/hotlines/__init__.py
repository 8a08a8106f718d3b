"""Crisis lines: by country, open now, and without a database."""
