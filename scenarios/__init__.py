"""Scenarios: what the robot says and how it understands the answer."""
