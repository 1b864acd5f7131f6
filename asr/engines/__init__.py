"""Recognition engines, one per file; a file's name is the engine's name in the configuration.

Each offers `Settings`, a pydantic model, and `build(settings) -> RecognitionEngine`.
"""
