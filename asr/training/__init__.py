"""Trains the embedded Russian model: texts, voices, telephone channel, network, decoding graph, Vosk folder."""
