"""What the server says when it refuses."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """An error of the protocol.

    ``code`` is one of the server's words, such as ``capacity`` or ``episode_done``.
    ``status`` is the HTTP status, 0 for the error of one item of a batch. If
    ``retryable``, the same call may succeed later, after ``retry_after`` seconds.
    """

    def __init__(self, body: dict[str, Any], status: int = 0) -> None:
        self.code = str(body.get("code", "unknown"))
        self.message = str(body.get("message", ""))
        self.retryable = bool(body.get("retryable", False))
        self.retry_after = float(body.get("retry_after_s", 0))
        self.active = int(body.get("active", 0))
        self.max = int(body.get("max", 0))
        self.status = status
        super().__init__(f"{self.code}: {self.message}")
