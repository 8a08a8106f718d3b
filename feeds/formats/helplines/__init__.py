"""The helplines format: parser and writer."""
