"""Client for the native protocol of ``gym serve``."""

from ._client import AsyncClient, Client
from ._errors import ApiError
from ._types import Episode, EpisodeInfo, Group, Info, Observation, Page, Snapshot, Step

__all__ = [
    "ApiError",
    "AsyncClient",
    "Client",
    "Episode",
    "EpisodeInfo",
    "Group",
    "Info",
    "Observation",
    "Page",
    "Snapshot",
    "Step",
]
