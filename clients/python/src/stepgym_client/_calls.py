"""The calls of the protocol, each as a value: both clients send the same ones."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar
from urllib.parse import quote

from . import _types as t

T = TypeVar("T")

Action = str | dict[str, Any]
Shown = Literal["none", "text", "actions", "full"]
Format = Literal["native", "atif", "messages", "openenv", "inspect"]


@dataclass
class Call(Generic[T]):
    """One request. ``parse`` makes of the answer what the caller gets; ``again``
    says that to send the request twice does no harm."""

    method: str
    path: str
    parse: Callable[[Any], T]
    json: dict[str, Any] | None = None
    params: dict[str, str] | None = None
    again: bool = True
    text: bool = False


def _set(**fields: Any) -> dict[str, Any]:
    return {k: v for k, v in fields.items() if v is not None}


def _at(episode_id: str, rest: str = "") -> str:
    return f"/v1/episodes/{quote(episode_id, safe='')}{rest}"


def _same(v: Any) -> Any:
    return v


def _none(v: Any) -> None:
    return None


def create_group(
    n: int,
    *,
    env: str | None = None,
    task: str | None = None,
    split: str | None = None,
    index: int | None = None,
    seed: int | None = None,
    max_turns: int | None = None,
    snapshot_id: str | None = None,
    lease_s: float | None = None,
    policy: str | None = None,
    client_id: str | None = None,
    idempotency_key: str | None = None,
    observation: Shown | None = None,
    fields: Sequence[str] | None = None,
) -> Call[t.Group]:
    """Makes n episodes that start alike, all or none."""
    body = _set(
        n=n, env=env, task=task, split=split, index=index, seed=seed, max_turns=max_turns, snapshot_id=snapshot_id,
        lease_s=lease_s, policy=policy, client_id=client_id, observation=observation, fields=fields,
        idempotency_key=idempotency_key or uuid.uuid4().hex,
    )
    return Call("POST", "/v1/groups", t.group, body)


def create_episode(
    *,
    env: str | None = None,
    task: str | None = None,
    split: str | None = None,
    index: int | None = None,
    seed: int | None = None,
    max_turns: int | None = None,
    snapshot_id: str | None = None,
    lease_s: float | None = None,
    policy: str | None = None,
    client_id: str | None = None,
    idempotency_key: str | None = None,
    observation: Shown | None = None,
    fields: Sequence[str] | None = None,
) -> Call[t.Episode]:
    """Makes an episode, or one that goes on from a snapshot."""
    body = _set(
        env=env, task=task, split=split, index=index, seed=seed, max_turns=max_turns, snapshot_id=snapshot_id,
        lease_s=lease_s, policy=policy, client_id=client_id, observation=observation, fields=fields,
        idempotency_key=idempotency_key or uuid.uuid4().hex,
    )
    return Call("POST", "/v1/episodes", t.episode, body)


def reset(
    episode_id: str,
    *,
    env: str | None = None,
    task: str | None = None,
    split: str | None = None,
    index: int | None = None,
    seed: int | None = None,
    max_turns: int | None = None,
    client_id: str | None = None,
    observation: Shown | None = None,
    fields: Sequence[str] | None = None,
) -> Call[t.Episode]:
    """Plays another episode in the same place."""
    body = _set(
        env=env, task=task, split=split, index=index, seed=seed, max_turns=max_turns, client_id=client_id,
        observation=observation, fields=fields,
    )
    return Call("POST", _at(episode_id, "/reset"), t.episode, body, again=False)


def step_raw(
    items: Iterable[tuple[str, Action]],
    *,
    observation: Shown | None = None,
    fields: Sequence[str] | None = None,
    deadline_ms: float | None = None,
    autoreset: Literal["draw", "same"] | None = None,
    step_id: str | None = None,
) -> Call[list[dict[str, Any]]]:
    """Takes a step in each of many episodes and returns the answers as they are.

    Every step has an ID, so that it is taken once however often the request is
    sent: ``step_id``, or one that is made up, and the item's place."""
    key = step_id or uuid.uuid4().hex
    body = _set(observation=observation, fields=fields, deadline_ms=deadline_ms, autoreset=autoreset)
    body["items"] = [{"episode_id": e, "action": a, "step_id": f"{key}-{i}"} for i, (e, a) in enumerate(items)]
    return Call("POST", "/v1/step", lambda v: list(v["items"]), body)


def step(
    items: Iterable[tuple[str, Action]],
    *,
    observation: Shown | None = None,
    fields: Sequence[str] | None = None,
    deadline_ms: float | None = None,
    autoreset: Literal["draw", "same"] | None = None,
    step_id: str | None = None,
) -> Call[list[t.Step]]:
    """Takes a step in each of many episodes; an item that fails has its error.

    IDs of steps are as of ``step_raw``."""
    raw = step_raw(
        items, observation=observation, fields=fields, deadline_ms=deadline_ms, autoreset=autoreset, step_id=step_id
    )
    return Call("POST", raw.path, t.steps, raw.json)


def step_episode(
    episode_id: str,
    action: Action,
    *,
    observation: Shown | None = None,
    fields: Sequence[str] | None = None,
    step_id: str | None = None,
) -> Call[t.Step]:
    """Takes one step."""
    body = _set(action=action, observation=observation, fields=fields, step_id=step_id or uuid.uuid4().hex)
    return Call("POST", _at(episode_id, "/step"), t.step, body)


def fork(
    episode_id: str,
    n: int = 1,
    *,
    at_step: int | None = None,
    observation: Shown | None = None,
    fields: Sequence[str] | None = None,
) -> Call[list[t.Episode]]:
    """Copies an episode as it is, or as it was after some of its steps."""
    body = _set(n=n, at_step=at_step, observation=observation, fields=fields)
    return Call("POST", _at(episode_id, "/fork"), t.episodes, body, again=False)


def snapshot(episode_id: str) -> Call[t.Snapshot]:
    """Keeps the present state aside."""
    return Call("POST", _at(episode_id, "/snapshot"), t.snapshot, {}, again=False)


def delete_snapshot(snapshot_id: str) -> Call[None]:
    """Forgets a snapshot."""
    return Call("DELETE", f"/v1/snapshots/{quote(snapshot_id, safe='')}", _none)


def observe(episode_id: str, *, observation: Shown = "actions") -> Call[t.Episode]:
    """What the agent sees now."""
    return Call("GET", _at(episode_id, "/observation"), t.episode, params={"observation": observation})


def get_episode(episode_id: str) -> Call[t.EpisodeInfo]:
    """How an episode stands. Renews nothing."""
    return Call("GET", _at(episode_id), t.info)


def list_episodes(
    *,
    env: str | None = None,
    group: str | None = None,
    state: Literal["new", "running", "done"] | None = None,
    outcome: Literal["success", "failure", "truncated", "lost"] | None = None,
    after: int | None = None,
    limit: int | None = None,
) -> Call[t.Page]:
    """The open episodes, one page of them."""
    params = _set(env=env, group=group, state=state, outcome=outcome, after=after, limit=limit)
    return Call("GET", "/v1/episodes", t.page, params={k: str(v) for k, v in params.items()})


def renew(episode_id: str, lease_s: float | None = None) -> Call[str]:
    """Renews the lease; returns when it ends."""
    return Call("POST", _at(episode_id, "/renew"), lambda v: str(v["expires"]), _set(lease_s=lease_s))


def close_episode(episode_id: str) -> Call[None]:
    """Closes an episode. One that has not ended is recorded as truncated."""
    return Call("DELETE", _at(episode_id), _none)


def get_group(group_id: str) -> Call[list[t.EpisodeInfo]]:
    """How the open episodes of a group stand."""
    return Call("GET", f"/v1/groups/{quote(group_id, safe='')}", t.infos)


def close_group(group_id: str) -> Call[None]:
    """Closes every episode of a group."""
    return Call("DELETE", f"/v1/groups/{quote(group_id, safe='')}", _none)


def trajectory(episode_id: str) -> Call[dict[str, Any]]:
    """The record so far, or that of a recorded episode by its trajectory_id."""
    return Call("GET", _at(episode_id, "/trajectory"), _same)


def export(episode_id: str, format: Format) -> Call[str]:
    """The record in a format, as text that ends in a newline."""
    return Call("GET", _at(episode_id, "/trajectory"), str, params={"format": format}, text=True)


def credit(
    method: str,
    groups: Sequence[dict[str, Any]],
    *,
    preset: str | None = None,
    params: dict[str, Any] | None = None,
    transforms: Sequence[dict[str, Any]] | None = None,
    tokens: bool | None = None,
) -> Call[list[dict[str, Any]]]:
    """Advantages of groups of rollouts, one answer a group."""
    body = _set(method=method, groups=list(groups), preset=preset, params=params, transforms=transforms, tokens=tokens)
    return Call("POST", "/v1/credit", lambda v: list(v["answers"]), body)


def credit_group(
    group_id: str,
    method: str,
    *,
    preset: str | None = None,
    params: dict[str, Any] | None = None,
    transforms: Sequence[dict[str, Any]] | None = None,
) -> Call[list[list[float] | None]]:
    """Advantages of the steps of a group on the server: one list for each of its
    episodes, in the order of their index; None for one without steps."""
    body = _set(method=method, preset=preset, params=params, transforms=transforms)
    path = f"/v1/groups/{quote(group_id, safe='')}/credit"
    return Call("POST", path, lambda v: list(v["answers"][0]["advantages"]), body)


def envs() -> Call[list[dict[str, Any]]]:
    """The environments, each with its name and spec."""
    return Call("GET", "/v1/envs", lambda v: list(v["envs"]))


def tasks(env: str, *, split: str | None = None, offset: int = 0, limit: int = 1000) -> Call[list[dict[str, Any]]]:
    """The tasks of a split, one page of them."""
    params = _set(split=split, offset=str(offset), limit=str(limit))
    return Call("GET", f"/v1/envs/{quote(env, safe='')}/tasks", lambda v: list(v["tasks"]), params=params)
