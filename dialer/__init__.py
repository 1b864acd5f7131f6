"""Places and carries calls: the port, the session, its detectors, and backends one per file."""
