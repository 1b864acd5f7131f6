"""What can go wrong with a model on its way to the disk."""

from calls.errors import ZvonarError


class DownloadFailed(ZvonarError):
    """The file could not be brought; what has come so far stays and is gone on with next time."""


class WrongFile(ZvonarError):
    """What has come is not the file that the catalogue names."""


class BadArchive(ZvonarError):
    """The archive is damaged or tries to write where it must not."""


class NoSpace(ZvonarError):
    """The disk is too full."""


class Busy(ZvonarError):
    """Another process works on the same model."""
