"""Failures of the database, without a word of what it holds."""

from typing import ClassVar

from calls.errors import BadInput, ZvonarError


class StorageError(ZvonarError):
    """The database cannot be used."""

    may_retry: ClassVar[bool] = False


class DatabaseUnusable(StorageError, BadInput):
    """The database that the configuration names cannot be opened, read or written."""


class DatabaseTooNew(DatabaseUnusable):
    """The database was made by a newer version of the program."""


class StorageUnavailable(StorageError):
    """The database does not answer now: it is locked, full, or its server is away."""

    may_retry = True


class UnknownRecord(StorageError):
    """What is to be changed is not in the database: the fault is ours."""
