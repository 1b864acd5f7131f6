"""Synthesis engines, one per file; a file's name is the engine's name in the configuration.

Each offers `Settings`, a pydantic model, and `build(settings) -> SynthesisEngine`.
"""

from workers.engines import EnginePackage

ENGINES = EnginePackage("tts.engines", "синтезатора", "В tts: kind: годятся rhvoice, espeak_ng и silero.")
