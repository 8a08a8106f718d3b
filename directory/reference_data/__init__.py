"""Crisis lines, organizations and synonyms that ship with the site, and their loaders."""
