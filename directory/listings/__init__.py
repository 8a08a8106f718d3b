"""What a listing is in words: cards, pages, freshness, availability, provenance."""
