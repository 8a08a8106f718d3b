"""The search: from the query to matching, ranked and counted listings."""
