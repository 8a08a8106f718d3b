"""The kinds of listing, such as treatment or hotlines, each declared in a module of its own."""
