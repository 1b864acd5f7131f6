"""Recognition engines, one per file; a file's name is the engine's name in the configuration.

Each offers `Settings`, a pydantic model, and `build(settings) -> RecognitionEngine`.
"""

from workers.engines import EnginePackage

ENGINES = EnginePackage("asr.engines", "распознавателя", "В asr: kind: годится vosk или sherpa.")
