"""What is looked at in a scenario that loads: one concern per module, each a function `check`."""
