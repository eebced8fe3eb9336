"""Gymnasium environments whose observations and actions are texts.

``TextEnv`` is one episode after another; ``TextVectorEnv`` steps many of them
with one request, and is what to use for speed. Both need ``gymnasium`` and
``numpy``. The actions that may be taken are in ``info["actions"]``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import gymnasium
import numpy as np
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from ._client import Client
from ._types import Episode, Observation, Step

Infos = dict[str, Any]


class AnyText(gymnasium.Space[str]):
    """All texts. Gymnasium's own space of texts has an alphabet, and a length."""

    def __init__(self, samples: Sequence[str] = ("look",), seed: int | np.random.Generator | None = None) -> None:
        self.samples = tuple(samples)
        super().__init__(dtype=str, seed=seed)

    @property
    def is_np_flattenable(self) -> bool:
        return False

    def sample(self, mask: None = None, probability: None = None) -> str:
        """One of the samples."""
        return self.samples[int(self.np_random.integers(len(self.samples)))]

    def contains(self, x: Any) -> bool:
        return isinstance(x, str)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AnyText) and other.samples == self.samples

    def __repr__(self) -> str:
        return f"AnyText({self.samples!r})"


def _info(o: Observation, e: Episode | Step) -> Infos:
    """What depends on task, seed and actions alone: the names of trajectories are
    attributes of the environments."""
    info: Infos = {"actions": tuple(o.actions), "forms": tuple(o.forms), "step": e.info.step}
    info["success"], info["invalid"] = e.info.success, e.info.invalid
    return info


class TextEnv(gymnasium.Env[str, str]):
    """Episodes of one split, one after the other."""

    metadata: dict[str, Any] = {"render_modes": []}

    def __init__(self, client: Client, *, env: str | None = None, split: str = "train", task: str | None = None, actions: Sequence[str] = ("look",)) -> None:
        self._client, self._env, self._split, self._task = client, env, split, task
        self._episode = ""
        self.trajectory_id = ""  # what the present episode becomes on the server
        self.observation_space, self.action_space = AnyText(("",)), AnyText(actions)

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[str, Infos]:
        """Starts an episode. The seed picks the task, if none is given; options
        may name task, index or split."""
        super().reset(seed=seed)
        start: dict[str, Any] = {"split": self._split, "task": self._task, "seed": seed, **(options or {})}
        if self._episode:
            e = self._client.reset(self._episode, **start)
        else:
            e = self._client.create_episode(env=self._env, **start)
        self._episode, self.trajectory_id = e.episode_id, e.info.trajectory_id
        return e.observation.text, _info(e.observation, e)

    def step(self, action: str) -> tuple[str, float, bool, bool, Infos]:
        s = self._client.step_episode(self._episode, action)
        return s.observation.text, s.reward, s.terminated, s.truncated, _info(s.observation, s)

    def close(self) -> None:
        if self._episode:
            self._client.close_episode(self._episode)
            self._episode = ""


class TextVectorEnv(VectorEnv[tuple[str, ...], tuple[str, ...], NDArray[Any]]):
    """Many episodes that are stepped together. Where one ended, the observation
    is the first of the next one, and ``infos["final_obs"]`` has the last."""

    metadata: dict[str, Any] = {"autoreset_mode": AutoresetMode.SAME_STEP, "render_modes": []}

    def __init__(
        self, client: Client, num_envs: int, *, env: str | None = None, split: str = "train", same: bool = False, actions: Sequence[str] = ("look",)
    ) -> None:
        """With ``same`` every episode plays the task of the one before it."""
        self._client, self.num_envs, self._env, self._split, self._same = client, num_envs, env, split, same
        self._episodes: list[str] = []
        self.trajectory_ids: list[str] = []  # what the present episodes become on the server
        self.single_observation_space, self.single_action_space = AnyText(("",)), AnyText(actions)
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)

    def reset(self, *, seed: int | list[int | None] | None = None, options: dict[str, Any] | None = None) -> tuple[tuple[str, ...], Infos]:
        """Starts all episodes. Seeds pick the tasks: n, n+1, ... for a number."""
        seeds = [None if seed is None else seed + i for i in range(self.num_envs)] if not isinstance(seed, list) else seed
        if len(seeds) != self.num_envs:
            raise ValueError(f"{len(seeds)} seeds for {self.num_envs} environments")
        started: list[Episode] = []
        for i, s in enumerate(seeds):
            start: dict[str, Any] = {"split": self._split, "seed": s, **(options or {})}
            if self._episodes:
                started.append(self._client.reset(self._episodes[i], **start))
            else:
                started.append(self._client.create_episode(env=self._env, **start))
        self._episodes = [e.episode_id for e in started]
        self.trajectory_ids = [e.info.trajectory_id for e in started]
        infos: Infos = {}
        for i, e in enumerate(started):
            infos = self._add_info(infos, _info(e.observation, e), i)
        return tuple(e.observation.text for e in started), infos

    def step(self, actions: Iterable[str]) -> tuple[tuple[str, ...], NDArray[Any], NDArray[Any], NDArray[Any], Infos]:
        steps = self._client.step(list(zip(self._episodes, actions, strict=True)), autoreset="same" if self._same else "draw")
        seen: list[str] = []
        infos: Infos = {}
        for i, s in enumerate(steps):
            if s.error:
                raise s.error
            now: Episode | Step = s
            if s.next:
                if s.next.error:
                    raise s.next.error
                infos = self._add_info(infos, {"final_obs": s.observation.text, "final_info": _info(s.observation, s)}, i)
                now = s.next
                self.trajectory_ids[i] = s.next.info.trajectory_id
            seen.append(now.observation.text)
            infos = self._add_info(infos, _info(now.observation, now), i)
        return (
            tuple(seen),
            np.array([s.reward for s in steps], dtype=np.float64),
            np.array([s.terminated for s in steps], dtype=np.bool_),
            np.array([s.truncated for s in steps], dtype=np.bool_),
            infos,
        )

    def close_extras(self, **kwargs: Any) -> None:
        for e in self._episodes:
            self._client.close_episode(e)
        self._episodes = []
