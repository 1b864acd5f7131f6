"""The CRM: the port, connectors one per file, what comes in as tables, idempotent write-back."""
