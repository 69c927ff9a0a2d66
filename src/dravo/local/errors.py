"""What can be in the way of starting servers here; every message says what to do about it."""


class LocalError(Exception):
    """Base of everything this package refuses; the text is meant for the person at the terminal."""


class MissingServerError(LocalError):
    """No binary of a server was found, neither installed beside Python nor on PATH."""


class OtherVersionError(LocalError):
    """The data was written by another major version of Postgres than the one found."""


class NamespaceRefusedError(LocalError):
    """We are root, and the machine does not let Postgres run as anybody else."""


class AlreadyRunningError(LocalError):
    """Another living process uses the same data folder."""


class DataFolderError(LocalError):
    """The data folder cannot be used: wrong owner, or a part of it is gone."""


class ChildFailedError(LocalError):
    """A child process did not start, or died too often; the text ends with the tail of its log."""
