"""From a parsed feed to stored listings: stage, compare, hold, apply, roll back."""
