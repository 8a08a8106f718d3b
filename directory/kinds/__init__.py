"""Kinds of listing. Each kind is declared once, in a module of its own."""
