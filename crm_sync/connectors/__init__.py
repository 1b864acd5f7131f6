"""One file per kind of CRM; `crm: {kind: NAME}` in the configuration is the module NAME here."""
