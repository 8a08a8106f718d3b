"""What a person can do with their data: see, export, import, delete."""
