"""Plays our server with OpenEnv's own clients: client.py URL TOKEN.

The environments are the toy and "other" (the toy again) and a shop.
"""

import asyncio
import importlib.metadata
import json
import sys
import urllib.request

from openenv.core.generic_client import GenericEnvClient
from openenv.core.mcp_client import MCPToolClient

URL, TOKEN = sys.argv[1:3]
TOY, SHOP = URL + "/envs/toy/", URL + "/envs/webshop"
AUTH = {"Authorization": f"Bearer {TOKEN}"}
try:
    VERSION = importlib.metadata.version("openenv-core")
except importlib.metadata.PackageNotFoundError:
    VERSION = importlib.metadata.version("openenv")
OLD = VERSION.startswith("0.3")


if OLD:  # it has no headers=: without them the socket library's are all there is
    import openenv.core.env_client as module

    connect = module.ws_connect
    module.ws_connect = lambda *args, **kw: connect(*args, additional_headers=AUTH, **kw)


def client(base, cls=GenericEnvClient, **kw):
    headers = {**AUTH, **kw.pop("headers", {})}
    return cls(base_url=base, **kw) if OLD else cls(base_url=base, headers=headers, **kw)


def refused(call, code):
    try:
        got = call()
    except RuntimeError as e:
        assert code in str(e), e
        return str(e)
    raise AssertionError(f"want {code}, got {got}")


def whole_episode():
    with client(SHOP).sync() as env:
        refused(lambda: env.step({"action": "search[shirt]"}), "EXECUTION_ERROR")
        result = env.reset(split="train", index=3, seed=5, episode_id="mine")
        assert result.reward is None and not result.done and "Instruction:" in result.observation["text"], result
        steps = [f"search[{result.observation['text'].split('[SEP]')[2].strip()[8:60]}]"]
        total = 0.0
        while not result.done:
            if steps:
                action = steps.pop()
            else:
                actions = result.observation["available_actions"]
                items = [a for a in actions if a.startswith("click[b") and "back" not in a and "buy" not in a]
                action = "click[buy now]" if "click[buy now]" in actions else items[0]
            result = env.step({"action": action, "metadata": {"why": "test"}})
            assert isinstance(result.reward, float) and set(result.observation) >= {"text", "truncated", "invalid", "available_actions", "metadata"}
            total += result.reward
        state = env.state()
        assert state["episode_id"] == "mine" and state["total_reward"] == total and state["done"] and state["step_count"] == 3, state
        refused(lambda: env.step({"action": "click[buy now]"}), "EXECUTION_ERROR")
        assert env.state()["total_reward"] == total
        refused(lambda: env.step({"acton": "x"}), "VALIDATION_ERROR")
        assert not env.reset(split="train", index=3).done


def loops():
    async def one(i):
        async with client(TOY) as env:
            result = await env.reset(task_id=str(i % 8), seed=i)
            await env.step({"action": "left"})
            result = await env.step({"action": "stop"})
            assert result.done and not result.observation["truncated"], result
            return result.observation["text"]

    async def all():
        texts = await asyncio.gather(*[one(i) for i in range(64)])
        assert len(set(texts)) > 1, texts

    asyncio.run(all())


def truncated():
    with client(TOY).sync() as env:
        result = env.reset()
        for n in range(12):
            assert not result.done
            result = env.step({"action": "left"})
        assert result.done and result.observation["truncated"], result


def dropped():
    """A client that stops waiting drops its socket; the next call opens another."""

    async def slow(env):
        await env.reset(task_id="3", seed=13)
        await env.step({"action": "right"})
        try:
            await env.step({"action": "nap"})
        except (asyncio.TimeoutError, TimeoutError):
            return
        raise AssertionError("the step did not take long")

    async def unnamed():
        async with client(TOY, message_timeout_s=0.3) as env:
            await slow(env)
            try:
                await env.step({"action": "right"})
            except RuntimeError as e:
                assert "not reset yet" in str(e), e
            else:
                raise AssertionError("a new session was stepped")

    async def named():
        async with client(TOY, message_timeout_s=0.3, headers={"Idempotency-Key": "rollout-1"}) as env:
            await slow(env)
            env._message_timeout = 10
            state = await env.state()
            assert state["step_count"] == 2, state
            result = await env.step({"action": "right"})
            state = await env.state()
            assert state["step_count"] == 3 and result.observation["text"] == "You are at place 1.", (state, result)

    if not OLD:  # which goes on with the old socket, and takes the late answer for the next
        asyncio.run(unnamed())
        asyncio.run(named())


def reattached():
    async def run():
        a = client(TOY)
        await a.connect()
        session = (await a.reset(seed=13, task_id="3")).metadata["session_id"]
        await a.step({"action": "right"})
        a._ws.transport.abort()
        b = client(TOY)
        b._ws_url += "?session_id=" + session
        async with b:
            result = await b.step({"action": "right"})
            assert result.observation["text"] == "You are at place 2.", result

    if not OLD:
        asyncio.run(run())


def tools():
    async def run():
        async with client(TOY, MCPToolClient) as env:
            await env.reset(task_id="3", seed=13)
            listed = await env.list_tools()
            assert listed, listed
            out = await env.call_tool(listed[0].name, **{k: "right" for k in listed[0].input_schema["required"]})
            assert isinstance(out, str) and out.startswith("You are at place"), out
            assert (await env.state()).step_count == 1
            try:
                await env.call_tool("fly")
            except RuntimeError as e:
                assert "Unknown tool" in str(e), e
            else:
                raise AssertionError("the tool fly exists")
            assert (await env.step({"action": "left"} if OLD else module_action("left"))).reward == 0.0
            session = env._production_session_id
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"session_id": session}}
        request = urllib.request.Request(TOY + "mcp", json.dumps(body).encode(), {**AUTH, "Content-Type": "application/json"})
        got = json.load(urllib.request.urlopen(request))
        assert "Unknown session_id" in got["error"]["message"], got

    def module_action(text):
        class Text:
            def model_dump(self):
                return {"action": text}

        return Text()

    if not OLD:  # its tool client cannot send a token
        asyncio.run(run())


def no_token():
    env = GenericEnvClient(base_url=TOY).sync()
    try:
        with env:
            env.reset()
    except Exception as e:
        assert "401" in str(e), e
        return
    raise AssertionError("a client without a token was served")


def full():
    """The token's quota is 70 sessions; those that were dropped count for a while."""
    envs = []

    def more():
        env = client(TOY).sync()
        env.connect()
        envs.append(env)
        env.reset()

    try:
        while len(envs) <= 70:
            try:
                more()
            except RuntimeError as e:
                assert "CAPACITY_REACHED" in str(e), e
                break
            except Exception as e:
                # The old client may see the end of the socket before the reason.
                assert OLD and "1000 (OK)" in str(e), e
                break
        assert 60 <= len(envs) <= 71, len(envs)
        envs.pop(0).close()
        more()
    finally:
        for env in envs:
            env.close()


for test in [whole_episode, loops, truncated, dropped, reattached, tools, full] + ([] if OLD else [no_token]):
    test()
    print(VERSION, test.__name__, "ok", flush=True)
