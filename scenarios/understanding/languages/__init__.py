"""Languages, one package each: its name is the key; each offers `LANGUAGE`."""
