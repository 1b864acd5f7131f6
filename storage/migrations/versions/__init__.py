"""One file per change of the tables; a landed one is never edited."""
