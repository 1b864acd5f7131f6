"""The root of every error a person may read: it says what, where and how to mend it."""


class ZvonarError(Exception):
    """Something went wrong that a person can mend."""

    def __init__(self, message: str = "", *, hint: str = "") -> None:
        super().__init__(message or (self.__doc__ or "").strip().splitlines()[0])
        self.hint = hint


class MissingDependency(ZvonarError):
    """A library, a model or a voice that the configuration names is not installed."""


class BadInput(ZvonarError):
    """A file or an argument given by a person cannot be used as it is."""


class IllegalEvent(ZvonarError):
    """The call's state machine has no rule for this event in this state: the fault is ours."""
