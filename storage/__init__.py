"""Keeps campaigns, reminders, attempts and what was said: tables, migrations, the store."""
