"""How dates, times and numbers are written, where we differ from Django's own formats of a language."""
