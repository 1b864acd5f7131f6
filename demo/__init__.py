"""The demonstration: a town of simulated patients who answer the robot's calls on loopback."""
