"""The admin of translation reviews."""
