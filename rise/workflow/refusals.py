"""The ways a move is refused, beside Django's own ``PermissionDenied`` (403)."""


class WrongStatus(Exception):
    """This has moved on since it was opened (409). ``subject`` is the row as it is now."""

    def __init__(self, message: str, subject: object = None) -> None:
        super().__init__(message)
        self.message = message
        self.subject = subject


class EditConflict(WrongStatus):
    """Somebody else saved since this was opened (409). ``mine`` holds what this person sent, so that nothing is lost."""

    def __init__(self, message: str, subject: object = None, mine: dict[str, object] | None = None) -> None:
        super().__init__(message, subject)
        self.mine = mine or {}


class NotReady(Exception):
    """Something is missing; ``reasons`` are plain sentences for the error summary."""

    def __init__(self, reasons: list[str] | str) -> None:
        self.reasons = [reasons] if isinstance(reasons, str) else list(reasons)
        super().__init__("; ".join(self.reasons))
