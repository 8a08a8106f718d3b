"""What curators do to keep listings correct: submissions, duplicates, link checks, roles, and the admin site."""
