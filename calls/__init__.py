"""The domain: visits, reminders, attempts, outcomes, the life of a call, policy. Standard library only."""
