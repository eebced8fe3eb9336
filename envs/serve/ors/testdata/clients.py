"""Uses the server as its real clients do: python clients.py URL TOKEN [PART ...].

Every part is a function below; each says what it checks and prints one line.
The server's default environment is the toy; beside it are WebShop and ALFWorld.
"""

import asyncio
import os
import re
import sys
import urllib.request

URL, TOKEN = sys.argv[1], sys.argv[2]
os.environ.update(OPENREWARD_SESSION_URL=URL, OPENREWARD_API_URL=URL, NO_PROXY="*")

from openreward import AsyncOpenReward, OpenReward
from openreward.api.environments import client as sdk
from openreward.api.environments.types import AuthenticationError
from openreward.api.errors import SessionTerminatedError, ToolCallError, ToolFailed
from ors.client import ORS


def text(blocks):
    return "\n".join(b.text for b in blocks)


def way(prompt):
    """The calls that solve a task of the toy."""
    goal, at = map(int, re.search(r"Walk to place (\d).*at place (\d)", prompt, re.S).groups())
    return ["right" if at < goal else "left"] * abs(at - goal) + ["stop"]


def refused(reason, call):
    try:
        call()
    except ToolCallError as e:
        assert e.reason == reason, e
        return e.detail
    raise AssertionError(f"no {reason}")


def lists(client):
    """Everything that is there before a session."""
    for asked, variant, name in (
        ("anything", None, "toy"), ("webshop", None, "webshop"), ("me/alfworld", None, "alfworld"), ("anything", "ALFWorld", "alfworld"),
    ):
        env = client.environments.get(asked, variant=variant)
        splits = env.list_splits()
        assert "train" in splits and "test" in splits, splits
        n = env.num_tasks("train")
        tasks = env.list_tasks("train")
        assert n == len(tasks) > 3, n
        assert tasks[1] == env.get_task("train", 1) and tasks[1].environment_name == name, tasks[1]
        assert env.get_task_range("train", 1, 3) == tasks[1:3]
        assert env.get_task_range("train", -2) == tasks[-2:]
        assert env.get_task_range("train", stop=2) == tasks[:2]
        assert all(isinstance(v, str) for v in tasks[1].task_spec.values()), tasks[1]
        tools = env.list_tools()
        assert tools == env.list_tools(), "another order"
        for format in ("openai", "anthropic", "google", "openrouter"):
            assert len(env.list_tools(format=format)) == len(tools) > 0
        assert not env.supports_score_group() and env.terminal_tool() is None
        for bad in (lambda: env.num_tasks("nowhere"), lambda: env.get_task("train", 10**9)):
            try:
                bad()
            except Exception as e:
                assert getattr(e, "status", 0) == 400, repr(e)
            else:
                raise AssertionError("no error")
    print("lists:", n, "tasks of alfworld")


def toy(client):
    """Whole episodes, by index and by task, and every refusal."""
    env = client.environments.get("toy")
    for i in range(env.num_tasks("train")):
        by = dict(split="train", index=i) if i % 2 else dict(task=env.get_task("train", i))
        with env.session(**by) as s:
            prompt = text(s.get_prompt())
            assert [m.role for m in s.get_messages()] == ["user"] and text(s.get_messages()[0].blocks) == prompt
            assert {t.name for t in s.list_tools()} == {"act", "say"}, s.list_tools()
            assert s.version()["version"]
            assert "jump" in refused("not_found", lambda: s.call_tool("jump", {}))
            refused("input_validation", lambda: s.call_tool("act", {"bad": 1}))
            refused("input_validation", lambda: s.call_tool("act", {"action": 1}))
            for a in way(prompt):
                assert text(s.get_prompt()) == prompt, "the prompt changed"
                out = s.call_tool("act", {"action": a})
            assert out.finished and out.reward == 1.0, out
            refused("episode_finished", lambda: s.call_tool("act", {"action": "left"}))
            try:
                s.score_group([])
            except sdk.ScoreGroupUnsupported:
                pass
            else:
                raise AssertionError("score_group is there")
    print("toy:", i + 1, "episodes")


def shop(client):
    """A purchase."""
    env = client.environments.get("shop", variant="webshop")
    with env.session(split="train", index=0) as s:
        prompt = text(s.get_prompt())
        tools = {t.name: list(t.input_schema["properties"]) for t in s.list_tools()}
        assert tools == {"click": ["target"], "search": ["query"]}, tools
        goal = env.get_task("train", 0).task_spec["goal"]
        assert goal in prompt, (goal, prompt)
        out = s.call_tool("search", {"query": goal})
        item = re.search(r"\bb[0-9a-z]{9}\b", text(out.blocks).lower()).group()
        out = s.call_tool("click", {"target": item})
        assert out.reward == 0.0 and not out.finished, out
        out = s.call_tool("click", {"target": "buy now"})
        assert out.finished and 0 <= out.reward <= 1, out
    print("shop: reward", out.reward)


def house(client):
    """An episode that the limit of turns ends, and what a model must know."""
    env = client.environments.get("alfworld")
    with env.session(split="train", index=0) as s:
        assert "go to " in text(s.get_prompt()), "no actions in the prompt"
        out, n = None, 0
        while out is None or not out.finished:
            out, n = s.call_tool("act", {"action": "look"}), n + 1
            assert out.reward == 0.0
    print("house:", n, "turns")


def old(client):
    """The older client: another way to write the addresses."""
    with ORS(base_url=URL, api_key=TOKEN).environments as api:
        env = api.get("toy")
        assert env.num_tasks("train") == len(env.list_tasks("train"))
        assert [t.name for t in env.list_tools()] == ["act", "say"]
        with env.session(task=env.get_task("train", 1)) as s:
            for a in way(text(s.get_prompt())):
                out = s.call_tool("act", {"action": a})
            assert out.finished and out.reward == 1.0
        with api.get("alfworld").session(split="train", index=1) as s:
            assert text(s.call_tool("act", {"action": "look"}).blocks)
    print("old: both ways")


def group(client, n=24):
    """A group at once, on a server that may be smaller than the group."""

    async def one(env):
        async with env.session(split="train", index=2) as s:
            prompt = text(await s.get_prompt())
            for a in way(prompt):
                out = await s.call_tool("act", {"action": a})
                await asyncio.sleep(0.05)
            return prompt, out.reward, out.finished

    async def all():
        async with AsyncOpenReward(api_key=TOKEN).environments as api:
            env = api.get("toy")
            return await asyncio.gather(*(one(env) for _ in range(n)))

    got = asyncio.run(all())
    assert len(set(got)) == 1 and got[0][1:] == (1.0, True), set(got)
    print("group:", n, "the same")


def broken(client):
    """Failures: of the environment, of a session that is gone, of the token."""
    env = client.environments.get("toy")
    with env.session(split="train", index=1) as s:
        assert len(text(s.call_tool("say", {"word": "long"}).blocks)) > 20_000
        out = text(s.call_tool("say", {"word": "blank"}).blocks)
        assert out.startswith("<" + " \u3000\u00a0" * 5000 + ">"), "white space was lost"
        try:
            s.call_tool("say", {"word": "boom"})
        except ToolFailed as e:
            assert "kaboom" in str(e), e
        else:
            raise AssertionError("a step of a broken environment passed")
    with env.session(split="train", index=1) as s:
        r = urllib.request.Request(URL + "/delete", method="POST", headers={"X-API-Key": TOKEN, "X-Session-ID": s.sid})
        assert urllib.request.urlopen(r).status == 200
        try:
            s.call_tool("act", {"action": "left"})
        except SessionTerminatedError:
            pass
        else:
            raise AssertionError("a closed session took a step")
    try:
        OpenReward(api_key="wrong").environments.get("toy").list_splits()
    except AuthenticationError:
        pass
    else:
        raise AssertionError("a wrong token is good")
    print("broken: as it should be")


def cut(client):
    """A connection that breaks within a call: the server's test cuts the first one."""
    with client.environments.get("toy").session(split="train", index=3) as s:
        todo = way(text(s.get_prompt()))
        for a in todo:
            out = s.call_tool("act", {"action": a})
        assert out.finished and out.reward == 1.0, out
    print("cut:", len(todo), "calls")


client = OpenReward(api_key=TOKEN)
for part in sys.argv[3:]:
    {"lists": lists, "toy": toy, "shop": shop, "house": house, "old": old, "group": group, "broken": broken, "cut": cut}[part](client)
