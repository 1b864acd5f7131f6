"""Hears: the port, the segmenter, engines one per file, and the child process that runs them."""
