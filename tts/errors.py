"""What can go wrong while speaking. No message ever holds the text that was to be spoken."""

from calls.errors import ZvonarError


class Unspeakable(ZvonarError):
    """The text holds something that a voice cannot say."""

    def __init__(self, message: str = "", *, hint: str = "", character: str = "", position: int = -1) -> None:
        super().__init__(message, hint=hint)
        self.character = character
        self.position = position


class UnknownForm(ZvonarError):
    """There is no such kind of slot, style or case, or the value does not fit it."""


class VoiceRefused(ZvonarError):
    """The voice does not exist or its licence forbids this use."""


class MouthFailed(ZvonarError):
    """The synthesiser is gone or could not speak."""
