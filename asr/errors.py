"""What can go wrong while hearing. No message ever holds what was heard."""

from calls.errors import ZvonarError


class RecognitionFailed(ZvonarError):
    """The recogniser is gone or could not go on."""
