"""Carriers of calls, one per file."""
