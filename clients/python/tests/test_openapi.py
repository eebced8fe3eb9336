"""The description of the server, and whether the server keeps to it."""

from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

from stepgym_client import Client


@pytest.fixture(scope="session")
def document(url: str) -> dict[str, Any]:
    return dict(httpx.get(url + "/v1/openapi.json").json())


def test_valid(document: dict[str, Any]) -> None:
    validate(document, cls=OpenAPIV31SpecValidator)


def test_answers(gym: Client, url: str, document: dict[str, Any]) -> None:
    """Makes every call once and holds what is sent and answered against the document."""
    used: set[tuple[str, str]] = set()

    def check(schema: dict[str, Any], value: Any) -> None:
        Draft202012Validator({**schema, "components": document["components"]}).validate(value)

    def call(method: str, route: str, body: Any = None, query: dict[str, str] | None = None, **names: str) -> Any:
        operation = document["paths"]["/v1" + route][method]
        used.add((method, "/v1" + route))
        if body is not None:
            check(operation["requestBody"]["content"]["application/json"]["schema"], body)
        response = httpx.request(method, url + "/v1" + route.format(**names), json=body, params=query)
        assert response.status_code == 200, response.text
        kind = response.headers["content-type"]
        value = response.json()
        check(operation["responses"]["200"]["content"][kind]["schema"], value)
        return value

    g = call("post", "/groups", {"n": 2, "env": "toy", "task": "4", "seed": 1, "observation": "full", "lease_s": 60})
    e, f = (x["episode_id"] for x in g["episodes"])
    call("get", "/groups/{id}", id=g["group_id"])
    items = [{"episode_id": e, "action": "stop", "step_id": "1"}, {"episode_id": f, "action": {"text": "left"}}, {"episode_id": "x", "action": ""}]
    for options in ({}, {"observation": "full"}, {"fields": ["text"]}, {"autoreset": "draw", "deadline_ms": 1000}):
        call("post", "/step", {"items": items, **options})
    call("post", "/groups/{id}/credit", {"method": "grpo"}, id=g["group_id"])
    o = call("post", "/episodes", {})["episode_id"]
    call("get", "/episodes", query={"state": "running", "limit": "1"})
    call("get", "/episodes/{id}", id=o)
    call("post", "/episodes/{id}/step", {"action": "search[lamp]", "observation": "full"}, id=o)
    call("post", "/episodes/{id}/renew", {"lease_s": 10}, id=o)
    call("post", "/episodes/{id}/fork", {"n": 2, "at_step": 0}, id=o)
    k = call("post", "/episodes/{id}/snapshot", id=o)
    call("delete", "/snapshots/{id}", id=k["snapshot_id"])
    call("get", "/episodes/{id}/observation", query={"observation": "full"}, id=o)
    for form in ("native", "atif", "messages", "openenv", "inspect"):
        call("get", "/episodes/{id}/trajectory", query={"format": form}, id=o)
    call("post", "/episodes/{id}/reset", {"task": "1", "env": "toy"}, id=f)
    call("post", "/credit", {"method": "grpo", "groups": [{"id": "g", "trajectories": [{"id": "a", "obs": ["o"], "actions": ["a"], "rewards": [1]}]}]})
    call("get", "/envs")
    call("get", "/envs/{env}", env="toy")
    call("get", "/envs/{env}/tasks", env="webshop", query={"split": "train", "limit": "3"})
    call("delete", "/episodes/{id}", id=o)
    call("delete", "/groups/{id}", id=g["group_id"])
    call("get", "/openapi.json")
    described = {(m, path) for path, methods in document["paths"].items() for m in methods}
    assert used == described

    failure = document["paths"]["/v1/step"]["post"]["responses"]["default"]["content"]["application/json"]["schema"]
    check(failure, httpx.post(url + "/v1/step", content="[").json())
