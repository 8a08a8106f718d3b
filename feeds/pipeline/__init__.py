"""Turn a parsed feed into listings: stage, compare, hold, apply, roll back."""
