"""From the text of a query to the terms, places and options it asks for."""
