"""The pages of a person's own part of the site."""
