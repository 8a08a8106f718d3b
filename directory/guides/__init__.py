"""The guides and their parser. Each guide is one text file for each language."""
