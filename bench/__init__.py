"""Measurements: what a call costs, how fast the robot answers, how well it hears and understands."""
