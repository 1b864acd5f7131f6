"""Speaks: the port, the prompt cache, spoken forms per language, engines one per file."""
