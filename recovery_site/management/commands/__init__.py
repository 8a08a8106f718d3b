"""Commands for operating the site."""
