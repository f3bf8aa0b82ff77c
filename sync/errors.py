"""What can go wrong with the ERP, as one small tree: the text is one sentence with its remedy."""

from __future__ import annotations


class SyncError(Exception):
    """The ERP could not be told or asked; nothing was marked, nothing is lost."""


class Unreachable(SyncError):
    """The ERP, its folder or its disk is not there: try again later, under the same names."""

    def __init__(self, text: str, retry_after_seconds: int | None = None) -> None:
        """Keep how long the ERP asked us to wait, if it did."""
        super().__init__(text)
        self.retry_after_seconds = retry_after_seconds


class Halted(SyncError):
    """Trying again changes nothing until somebody acts: credentials, or a folder of another ledger."""


class NoConnector(SyncError):
    """There is no connector of this name."""


class NotNow(SyncError):
    """Nothing is wrong; it is only not the moment. The next look tries again."""


class SyncBusy(NotNow):
    """Another sync, or another import, is at work on this ledger."""


class Denied(SyncError):
    """One thing may not be seen or done, or needs a person; the others go on."""
