"""Supervised child processes: native libraries live in them, so that their crash is never ours."""
