"""An environment for TRL: GRPOTrainer(..., environment_factory=GymEnvironment)."""

import os

from stepgym_client import Client


class GymEnvironment:
    """Each rollout has an instance of its own; columns of the dataset that start
    an episode (task, split, index, seed) reach reset."""

    def __init__(self) -> None:
        self._client = Client(os.environ.get("GYM_URL", "http://127.0.0.1:8080"), os.environ.get("GYM_TOKEN"))
        self._episode, self._return, self._done = "", 0.0, True

    def reset(self, **row: object) -> str:
        start = {k: row[k] for k in ("env", "task", "split", "index", "seed") if row.get(k) is not None}
        e = self._client.reset(self._episode, **start) if self._episode else self._client.create_episode(**start)
        self._episode, self._return, self._done = e.episode_id, 0.0, False
        return e.observation.text

    def act(self, action: str) -> str:
        """
        Takes one action in the environment.

        Args:
            action: The action, as the environment writes it.

        Returns:
            What is seen next.
        """
        if self._done:
            return "The episode has ended."
        s = self._client.step_episode(self._episode, action)
        self._return, self._done = self._return + s.reward, s.done
        return "\n".join([s.observation.text, *s.observation.actions])

    def get_reward(self) -> float:
        return self._return
