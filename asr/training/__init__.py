"""Trains the embedded Russian model, from texts and voices to a Vosk folder."""
