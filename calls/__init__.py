"""The domain: appointments, reminders, attempts, outcomes, the life of a call, calling policy. Standard library only."""
