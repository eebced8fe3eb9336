import asyncio
import inspect
import json

import httpx
import pytest

import stepgym_client
from stepgym_client import ApiError, AsyncClient, Client, _calls


def test_group(gym: Client) -> None:
    group = gym.create_group(4, env="toy", task="4", seed=1, policy="test")
    assert [e.index for e in group.episodes] == [0, 1, 2, 3]
    assert {(e.task_id, e.seed, e.observation.text) for e in group.episodes} == {("4", 1, group.episodes[0].observation.text)}
    steps = gym.step([(e.episode_id, "stop" if e.index == 3 else "right") for e in group.episodes])
    assert [s.done for s in steps] == [False, False, False, True]
    assert [s.error for s in steps] == [None] * 4
    again = gym.step([(e.episode_id, "right") for e in group.episodes])
    assert again[3].error is not None and again[3].error.code == "episode_done" and not again[3].error.retryable
    assert [i.steps for i in gym.get_group(group.group_id)] == [2, 2, 2, 1]
    advantages = gym.credit_group(group.group_id, "grpo")
    assert [len(a or []) for a in advantages] == [2, 2, 2, 1]
    rollouts = {"id": group.group_id, "trajectories": []}
    for e in group.episodes:
        t = gym.trajectory(e.episode_id)
        rollouts["trajectories"].append({
            "id": e.episode_id,
            "obs": [s["observation"]["text"] for s in t["steps"]],
            "final_obs": t["final"]["text"],
            "actions": [s["action"] for s in t["steps"]],
            "rewards": [s["reward"] for s in t["steps"]],
        })
    assert gym.credit("grpo", [rollouts])[0]["advantages"] == advantages
    gym.close_group(group.group_id)
    with pytest.raises(ApiError) as gone:
        gym.get_group(group.group_id)
    assert gone.value.code == "gone" and gone.value.status == 410


def test_fork_and_snapshot(gym: Client) -> None:
    e = gym.create_episode(env="toy", task="4", seed=1, max_turns=5)
    first = gym.step_episode(e.episode_id, "right")
    gym.step_episode(e.episode_id, {"text": "left"})
    (back,) = gym.fork(e.episode_id, at_step=1)
    assert back.fork_step == 1 and back.info.step == 1 and back.observation.text == first.observation.text
    kept = gym.snapshot(e.episode_id)
    gym.step_episode(e.episode_id, "left")
    on = gym.create_episode(snapshot_id=kept.snapshot_id)
    assert on.info.step == kept.step == 2
    gym.delete_snapshot(kept.snapshot_id)
    assert gym.observe(e.episode_id, observation="full").observation.state_key
    assert gym.renew(e.episode_id, 60.0)
    assert gym.get_episode(e.episode_id).state == "running"
    again = gym.reset(e.episode_id, task="5")
    assert again.task_id == "5" and again.info.step == 0
    gym.close_episode(e.episode_id)


def test_exports(gym: Client) -> None:
    e = gym.create_episode(env="toy", task="4", seed=1)
    gym.step_episode(e.episode_id, "stop")
    assert json.loads(gym.export(e.episode_id, "atif"))["schema_version"] == "ATIF-v1.8"
    roles = [m["role"] for m in json.loads(gym.export(e.episode_id, "messages"))["messages"]]
    assert roles == ["user", "assistant", "user"]
    assert json.loads(gym.export(e.episode_id, "openenv"))["done"] is True
    assert gym.trajectory(e.info.trajectory_id)["terminated"] is True


def test_look(gym: Client) -> None:
    assert {e["name"] for e in gym.envs()} >= {"toy", "webshop"}
    assert len(gym.tasks("toy", split="all", offset=2)) == 6
    made = [gym.create_episode(env="toy").episode_id for _ in range(5)]
    page = gym.list_episodes(limit=3)
    rest = gym.list_episodes(limit=3, after=page.next)
    assert [e.episode_id for e in page.episodes + rest.episodes] == made
    assert rest.next == 0


def test_errors(gym: Client) -> None:
    with pytest.raises(ApiError) as wrong:
        gym.create_episode(env="nothing")
    assert (wrong.value.code, wrong.value.status, wrong.value.retryable) == ("unknown_env", 404, False)
    with pytest.raises(ApiError):
        gym.create_group(0)


def test_webshop(gym: Client) -> None:
    e = gym.create_episode(split="train", index=0)
    assert "Instruction" in e.observation.text and e.observation.forms
    s = gym.step_episode(e.episode_id, "search[lamp]")
    assert s.observation.actions and not s.info.invalid


def broken_once() -> httpx.MockTransport:
    """The first answer says that the server is busy, the second connection breaks."""
    seen: list[bytes] = []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request.content)
        if len(seen) == 1:
            return httpx.Response(429, json={"error": {"code": "busy", "message": "later", "retryable": True, "retry_after_s": 0.01}})
        if len(seen) == 2:
            raise httpx.ReadError("gone", request=request)
        assert seen[0] == seen[1] == seen[2], "another step ID"
        return httpx.Response(200, json={"items": [{"episode_id": "e", "reward": 1, "new_field": 7}]})

    return httpx.MockTransport(handle)


def test_again() -> None:
    client = Client("http://none")
    client._http = httpx.Client(base_url="http://none", transport=broken_once())
    (step,) = client.step([("e", "look")])
    assert step.reward == 1

    def fail(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("gone", request=request)

    client._http = httpx.Client(base_url="http://none", transport=httpx.MockTransport(fail))
    with pytest.raises(httpx.ReadError):
        client.fork("e")


def test_async(url: str) -> None:
    async def play() -> None:
        async with AsyncClient(url) as gym:
            group = await gym.create_group(3, env="toy", task="4", seed=1)
            both = await asyncio.gather(*(gym.step_episode(e.episode_id, "right") for e in group.episodes))
            assert [s.info.step for s in both] == [1, 1, 1]
            raw = await gym.step_raw([(e.episode_id, "right") for e in group.episodes], fields=["reward"])
            assert raw == [{"reward": 0}] * 3
            await gym.close_group(group.group_id)

    asyncio.run(play())


def test_same_calls() -> None:
    names = {n for n, f in inspect.getmembers(_calls, inspect.isfunction) if f.__module__ == _calls.__name__ and not n.startswith("_")}
    for kind in (Client, AsyncClient):
        assert names <= set(dir(kind))
    assert stepgym_client.__all__ == sorted(stepgym_client.__all__)
