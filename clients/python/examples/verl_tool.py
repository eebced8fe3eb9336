"""A tool for verl's multi-turn rollouts: name it in the tool configuration, with
base_url in its config and the start of the episode in tools_kwargs.act.create_kwargs."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from verl.tools.base_tool import BaseTool
from verl.tools.schemas import OpenAIFunctionToolSchema, ToolResponse

from stepgym_client import AsyncClient


class GymTool(BaseTool):
    """verl makes and releases an instance for every call, so an episode belongs to
    the rollout (agent_data.request_id) where there is one. It is closed when it
    ends; one that is left behind ends with its lease."""

    def __init__(self, config: dict[str, Any], tool_schema: OpenAIFunctionToolSchema) -> None:
        super().__init__(config, tool_schema)
        self._client = AsyncClient(config["base_url"], config.get("token"))
        self._starts: dict[str, dict[str, Any]] = {}
        self._episodes: dict[str, str] = {}
        self._returns: dict[str, float] = {}

    async def create(self, instance_id: str | None = None, **kwargs: Any) -> tuple[str, ToolResponse]:
        instance_id = instance_id or uuid4().hex
        self._starts[instance_id] = kwargs.get("create_kwargs") or {}
        return instance_id, ToolResponse()

    async def execute(self, instance_id: str, parameters: dict[str, Any], **kwargs: Any) -> tuple[ToolResponse, float, dict[str, Any]]:
        data = kwargs.get("agent_data")
        rollout = data.request_id if data is not None else instance_id
        if rollout not in self._episodes:
            e = await self._client.create_episode(**self._starts[instance_id])
            self._episodes[rollout] = e.episode_id
        s = await self._client.step_episode(self._episodes[rollout], str(parameters.get("action", "")))
        self._returns[instance_id] = self._returns.get(instance_id, 0.0) + s.reward
        if s.done:
            await self._client.close_episode(self._episodes.pop(rollout))
        text = "\n".join([s.observation.text, *s.observation.actions])
        return ToolResponse(text=text), s.reward, {"done": s.done, "success": s.info.success}

    async def calc_reward(self, instance_id: str, **kwargs: Any) -> float:
        return self._returns.get(instance_id, 0.0)

    async def release(self, instance_id: str, **kwargs: Any) -> None:
        self._starts.pop(instance_id, None)
        self._returns.pop(instance_id, None)
        if instance_id in self._episodes:
            await self._client.close_episode(self._episodes.pop(instance_id))
