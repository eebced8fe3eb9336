"""Runs NeMo Gym's own agents against a server.

usage: agents.py BASE_PORT, what stands after "http://127.0.0.1:" in a base URL

Packages that the agents import and do not need here are empty.
"""

import asyncio
import json
import os
import sys
import threading
import types
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest.mock import MagicMock


class Empty(types.ModuleType):
    __path__ = []
    __version__ = "0"

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return MagicMock()


for name in ("ray", "wandb", "wandb.util", "mlflow", "yappi", "gprof2dot", "pydot", "git"):
    sys.modules[name] = Empty(name)
os.environ["NEMO_GYM_CONFIG_DICT"] = "{}"  # as servers get it that NeMo Gym starts
sys.modules["wandb"].Histogram = lambda values: None

import uvicorn  # noqa: E402
from nemo_gym.config_types import ModelServerRef, ResourcesServerRef  # noqa: E402
from nemo_gym.reward_profile import compute_aggregate_metrics  # noqa: E402
from nemo_gym.server_utils import BaseServerConfig, ServerClient  # noqa: E402
from omegaconf import OmegaConf  # noqa: E402
from responses_api_agents.gymnasium_agent.app import GymnasiumAgent, GymnasiumAgentConfig, GymnasiumAgentRunRequest  # noqa: E402
from responses_api_agents.simple_agent.app import SimpleAgent, SimpleAgentConfig, SimpleAgentRunRequest  # noqa: E402

moves = ["right", "right", "right", "stop"]


class Model(BaseHTTPRequestHandler):
    """A model that walks to the right three times and stops."""

    count = 0

    def log_message(self, *args):
        pass

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        turn = sum(1 for i in body["input"] if i.get("type") == "function_call_output" or i.get("type") == "message" and i.get("role") == "assistant")
        Model.count += 1
        ident = f"r{Model.count}"
        if turn >= len(moves):
            output = message(ident, "done")
        elif body.get("tools"):
            output = {"type": "function_call", "id": ident, "call_id": f"c{Model.count}", "name": "act", "arguments": json.dumps({"action": moves[turn]}), "status": "completed"}
        else:
            output = message(ident, f"I go on. <action>{moves[turn]}</action>")
        answer = json.dumps({
            "id": ident, "created_at": 1, "model": "m", "object": "response", "output": [output], "parallel_tool_calls": True, "tool_choice": "auto", "tools": [],
        }).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)


def message(ident, text):
    return {"type": "message", "id": ident, "role": "assistant", "status": "completed", "content": [{"type": "output_text", "text": text, "annotations": []}]}


def free_port():
    import socket

    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


async def main(base):
    model = ThreadingHTTPServer(("127.0.0.1", 0), Model)
    threading.Thread(target=model.serve_forever, daemon=True).start()
    own = free_port()
    servers = {
        # The path of the environment stands after the port.
        "env": {"resources_servers": {"env": {"host": "127.0.0.1", "port": base}}},
        "model": {"responses_api_models": {"model": {"host": "127.0.0.1", "port": model.server_port}}},
        "simple": {"responses_api_agents": {"simple": {"host": "127.0.0.1", "port": own}}},
    }
    client = ServerClient(head_server_config=BaseServerConfig(host="127.0.0.1", port=1), global_config_dict=OmegaConf.create(servers))
    refs = dict(resources_server=ResourcesServerRef(type="resources_servers", name="env"), model_server=ModelServerRef(type="responses_api_models", name="model"))
    request = types.SimpleNamespace(cookies={})

    async def get(path):
        r = await client.get(server_name="env", url_path=path)
        return [json.loads(line) for line in (await r.read()).decode().splitlines()]

    agent = GymnasiumAgent(config=GymnasiumAgentConfig(host="127.0.0.1", port=1, entrypoint="x", name="gym", max_steps=10, **refs), server_client=client)
    rows = await get("/rows?split=all&from=3&limit=1")
    results = await asyncio.gather(*(agent.run(request, GymnasiumAgentRunRequest.model_validate(rows[0])) for _ in range(8)))
    for r in results:
        assert r.reward == 1 and r.terminated and not r.truncated and r.info["success"], r
        assert [i.content for i in r.response.output if i.role == "user"][:2] == ["You are at place 1.", "You are at place 2."], r.response.output
    print("gymnasium_agent, texts:", len(results), "episodes")

    with_tools = await get("/rows?split=all&from=3&limit=1&tools=1")
    called = dict(with_tools[0])
    r = await agent.run(request, GymnasiumAgentRunRequest.model_validate(called))
    assert r.reward == 1 and r.terminated, r
    print("gymnasium_agent, functions: reward", r.reward)

    simple = SimpleAgent(config=SimpleAgentConfig(host="127.0.0.1", port=own, entrypoint="x", name="simple", max_steps=10, **refs), server_client=client)
    web = uvicorn.Server(uvicorn.Config(simple.setup_webserver(), host="127.0.0.1", port=own, log_level="error"))
    serving = asyncio.create_task(web.serve())
    while not web.started:
        await asyncio.sleep(0.05)
    r = await simple.run(request, SimpleAgentRunRequest.model_validate(with_tools[0]))
    assert r.reward == 1 and r.success and r.turns == 4, r
    print("simple_agent: reward", r.reward, "after", r.turns, "turns")

    answers = [
        {"_ng_task_index": i // 3, "_ng_rollout_index": i % 3, "reward": x, "success": x == 1, "turns": 4 + i, "response": {"usage": {"input_tokens": 10 * i}}}
        for i, x in enumerate([1.0, 0.0, 0.5, 0.25, 1.0, 1.0])
    ]
    for part in (answers, answers[:1], answers[:4], []):
        want = compute_aggregate_metrics(part).model_dump()
        for group in want["group_level_metrics"]:  # the statistics are ours too, the bookkeeping of this version is not
            for name in ("num_rollouts", "expected_num_rollouts", "missing_num_rollouts", "reward_profile_completion_pct", "rollout_infos"):
                group.pop(name)
        r = await client.post(server_name="env", url_path="/aggregate_metrics", json={"verify_responses": part})
        same(await r.json(), json.loads(json.dumps(want, default=str)), "metrics")
    print("aggregate_metrics: equal")
    web.should_exit = True
    await serving


def same(got, want, at):
    if isinstance(want, dict):
        assert got.keys() == want.keys(), (at, got, want)
        for k in want:
            same(got[k], want[k], f"{at}.{k}")
    elif isinstance(want, list):
        assert len(got) == len(want), (at, got, want)
        for i, (g, w) in enumerate(zip(got, want)):
            same(g, w, f"{at}[{i}]")
    elif isinstance(want, float):
        assert abs(got - want) < 1e-9, (at, got, want)
    else:
        assert got == want, (at, got, want)


asyncio.run(main(sys.argv[1]))
