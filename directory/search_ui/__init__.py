"""What the results page shows: facets, summary, alternatives, autocomplete."""
