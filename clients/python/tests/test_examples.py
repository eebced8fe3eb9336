"""The adapters, driven as the trainers drive them."""

import asyncio
import importlib.util
import inspect
import os
import sys
import types
from pathlib import Path

import pytest

from stepgym_client import Client

EXAMPLES = Path(__file__).parent.parent / "examples"


def load(name: str) -> types.ModuleType:
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_trl(gym: Client, url: str) -> None:
    kind = load("trl_environment").GymEnvironment
    # What TRL does with a factory: reset and get_reward have their meaning, the
    # other public methods are tools and must tell of their arguments.
    tools = [n for n, _ in inspect.getmembers(kind, inspect.isfunction) if not n.startswith("_") and n not in ("reset", "get_reward")]
    assert tools == ["act"] and "Args:" in (kind.act.__doc__ or "")
    env = kind()
    for _ in range(2):
        text = env.reset(prompt=[{"role": "user", "content": ""}], env="toy", task="0", seed=0)
        assert text.startswith("Walk to place 0.")
        for _ in range(5):
            env.act(action="left")
        env.act(action="stop")
        assert env.get_reward() == 1.0
        assert env.act(action="left") == "The episode has ended."
    assert len(gym.list_episodes().episodes) == 1


def verl() -> None:
    """Lets verl's tools be imported without the rest of verl, which wants Ray and
    a GPU build of torch: its package, and the tracer that it imports, are stubs;
    base_tool and schemas are its own files."""
    found = importlib.util.find_spec("verl")
    if found is None or not found.submodule_search_locations:
        pytest.fail("verl is not installed")
    root = types.ModuleType("verl")
    root.__path__ = list(found.submodule_search_locations)
    tools = types.ModuleType("verl.tools")
    tools.__path__ = [os.path.join(p, "tools") for p in root.__path__]
    utils, trace = types.ModuleType("verl.utils"), types.ModuleType("verl.utils.rollout_trace")
    utils.__path__ = []
    trace.rollout_trace_op = lambda f: f  # type: ignore[attr-defined]
    sys.modules.update({"verl": root, "verl.tools": tools, "verl.utils": utils, "verl.utils.rollout_trace": trace})


def test_verl(gym: Client, url: str) -> None:
    verl()
    from verl.tools.base_tool import BaseTool
    from verl.tools.schemas import OpenAIFunctionToolSchema

    schema = OpenAIFunctionToolSchema.model_validate({
        "type": "function",
        "function": {
            "name": "act",
            "description": "Takes one action.",
            "parameters": {"type": "object", "properties": {"action": {"type": "string"}}, "required": ["action"]},
        },
    })
    tool = load("verl_tool").GymTool({"base_url": url}, schema)
    assert isinstance(tool, BaseTool) and tool.name == "act"
    start = {"env": "toy", "task": "0", "seed": 0}

    async def rollout(request_id: str) -> float:
        """Calls as verl's agent loop does: an instance a call."""
        data = types.SimpleNamespace(request_id=request_id)
        total = 0.0
        for action in ["left"] * 5 + ["stop"]:
            instance, _ = await tool.create(create_kwargs=start)
            response, reward, metrics = await tool.execute(instance, {"action": action}, agent_data=data)
            await tool.release(instance)
            assert "You are at place" in response.text
            total += reward
        assert metrics == {"done": True, "success": True}
        return total

    async def older() -> float:
        """Calls as trainers do that keep an instance for a rollout."""
        instance, _ = await tool.create(create_kwargs=start)
        for action in ["left"] * 5 + ["stop"]:
            await tool.execute(instance, {"action": action})
        total = await tool.calc_reward(instance)
        await tool.release(instance)
        return total

    async def play() -> list[float]:
        return list(await asyncio.gather(rollout("a"), rollout("b"), older()))

    assert asyncio.run(play()) == [1.0, 1.0, 1.0]
    assert not gym.list_episodes().episodes
