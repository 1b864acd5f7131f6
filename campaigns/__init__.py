"""What to call, when and in what order: the plan, the durable queue, the write-back, the report."""
