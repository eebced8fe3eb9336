"""What the server answers. Fields that were not asked for have their defaults."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

from ._errors import ApiError

JSON = dict[str, Any]
T = TypeVar("T")


@dataclass
class Observation:
    """What the agent sees."""

    text: str = ""
    actions: list[str] = field(default_factory=list)
    forms: list[str] = field(default_factory=list)
    messages: list[JSON] = field(default_factory=list)
    choices: list[JSON] = field(default_factory=list)
    tools: list[JSON] | None = None
    place: str = ""
    focus: str = ""
    body: str = ""
    anchor: str = ""
    state_key: str = ""


@dataclass
class Info:
    """What else is known of a step."""

    step: int = 0
    trajectory_id: str = ""
    invalid: bool = False
    success: bool = False
    metrics: dict[str, float | None] = field(default_factory=dict)


@dataclass
class Episode:
    """An episode at its start, or as it is now. If ``error`` is set it could not
    be had, and only ``episode_id`` counts."""

    episode_id: str
    env: str = ""
    task_id: str = ""
    split: str = ""
    seed: int = 0
    group_id: str = ""
    index: int = 0
    parent_id: str = ""
    fork_step: int = 0
    observation: Observation = field(default_factory=Observation)
    reward: float = 0.0
    terminated: bool = False
    truncated: bool = False
    info: Info = field(default_factory=Info)
    error: ApiError | None = None


@dataclass
class Step:
    """What came of a step. If ``error`` is set the step was not taken."""

    episode_id: str = ""
    observation: Observation = field(default_factory=Observation)
    reward: float = 0.0
    terminated: bool = False
    truncated: bool = False
    info: Info = field(default_factory=Info)
    next: Episode | None = None
    replayed: bool = False
    error: ApiError | None = None

    @property
    def done(self) -> bool:
        """Whether the episode has ended."""
        return self.terminated or self.truncated


@dataclass
class Group:
    """Episodes that started alike."""

    group_id: str
    episodes: list[Episode]


@dataclass
class Snapshot:
    """A state kept aside."""

    snapshot_id: str
    bytes: int
    step: int


@dataclass
class EpisodeInfo:
    """How an episode stands."""

    episode_id: str
    state: str
    env: str = ""
    protocol: str = ""
    trajectory_id: str = ""
    group_id: str = ""
    index: int = 0
    outcome: str = ""
    task_id: str = ""
    split: str = ""
    seed: int = 0
    parent_id: str = ""
    fork_step: int = 0
    steps: int = 0
    invalid_steps: int = 0
    # The name in JSON is a word of Python.
    return_: float = 0.0
    attached: bool = False
    created: str = ""
    expires: str = ""


@dataclass
class Page:
    """One page of episodes; ``next`` is what to pass as ``after``, 0 at the end."""

    episodes: list[EpisodeInfo]
    next: int = 0


_NAMES: dict[type, frozenset[str]] = {
    kind: frozenset(f.name for f in fields(kind)) for kind in (Observation, Info, Episode, Step, Snapshot, EpisodeInfo)
}


def make(kind: type[T], v: JSON) -> T:
    """Makes an object. What a newer server says besides is left out."""
    names = _NAMES[kind]
    return kind(**v) if v.keys() <= names else kind(**{k: x for k, x in v.items() if k in names})


def seen(v: JSON) -> JSON:
    """Makes objects of the parts of a step or an episode."""
    if "observation" in v:
        v["observation"] = make(Observation, v["observation"])
    if "info" in v:
        v["info"] = make(Info, v["info"])
    if "error" in v:
        v["error"] = ApiError(v["error"])
    return v


def episode(v: JSON) -> Episode:
    return make(Episode, seen(v))


def episodes(v: JSON) -> list[Episode]:
    return [episode(e) for e in v["episodes"]]


def group(v: JSON) -> Group:
    return Group(v["group_id"], episodes(v))


def step(v: JSON) -> Step:
    if "next" in v:
        v["next"] = episode(v["next"])
    return make(Step, seen(v))


def steps(v: JSON) -> list[Step]:
    return [step(s) for s in v["items"]]


def snapshot(v: JSON) -> Snapshot:
    return make(Snapshot, v)


def info(v: JSON) -> EpisodeInfo:
    v["return_"] = v.pop("return")
    return make(EpisodeInfo, v)


def infos(v: JSON) -> list[EpisodeInfo]:
    return [info(e) for e in v["episodes"]]


def page(v: JSON) -> Page:
    return Page(infos(v), v.get("next", 0))
