"""The two clients."""

from __future__ import annotations

import asyncio
import functools
import json
import random
import time
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Concatenate, ParamSpec, TypeVar

import httpx

from . import _calls as calls
from ._calls import Call
from ._errors import ApiError

P = ParamSpec("P")
T = TypeVar("T")


def _sync(build: Callable[P, Call[T]]) -> Callable[Concatenate[Client, P], T]:
    @functools.wraps(build)
    def method(self: Client, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return self.send(build(*args, **kwargs))

    return method


def _async(build: Callable[P, Call[T]]) -> Callable[Concatenate[AsyncClient, P], Awaitable[T]]:
    @functools.wraps(build)
    async def method(self: AsyncClient, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self.send(build(*args, **kwargs))

    return method


class _Base:
    def __init__(self, base_url: str, token: str | None, timeout: float, retries: int) -> None:
        self._retries = retries
        self._options: dict[str, Any] = {
            "base_url": base_url.rstrip("/"),
            "headers": {"Authorization": f"Bearer {token}"} if token else {},
            "timeout": timeout,
        }

    def _request(self, call: Call[Any]) -> dict[str, Any]:
        request: dict[str, Any] = {"method": call.method, "url": call.path, "params": call.params}
        if call.json is not None:
            request["content"] = json.dumps(call.json, separators=(",", ":")).encode()
            request["headers"] = {"Content-Type": "application/json"}
        return request

    def _wait(self, tried: int, error: ApiError | None) -> float:
        """Seconds to wait before the next try."""
        after = error.retry_after if error else 0.0
        return max(after, min(5.0, 0.1 * 2.0**tried)) * (1 + 0.25 * random.random())

    def _parse(self, call: Call[T], response: httpx.Response) -> T:
        if response.is_success:
            return call.parse(response.text if call.text else json.loads(response.content))
        try:
            body = json.loads(response.content)["error"]
        except (ValueError, KeyError, TypeError):
            body = {"code": "unknown", "message": response.text[:200] or response.reason_phrase}
        raise ApiError(body, response.status_code)


class Client(_Base):
    """A client that waits. It may be used by many threads at once.

    ``retries`` is how often a call is sent again when the server is busy or the
    connection breaks. A call that would do harm if it were done twice is sent
    again only where the server says that nothing was done."""

    def __init__(
        self, base_url: str = "http://127.0.0.1:8080", token: str | None = None, *, timeout: float = 120.0, retries: int = 5
    ) -> None:
        super().__init__(base_url, token, timeout, retries)
        self._http = httpx.Client(**self._options)

    def send(self, call: Call[T]) -> T:
        """Sends a call and returns what its answer says."""
        request = self._request(call)
        for tried in range(self._retries + 1):
            error: ApiError | None = None
            try:
                return self._parse(call, self._http.request(**request))
            except ApiError as e:
                if not e.retryable or tried == self._retries:
                    raise
                error = e
            except httpx.TransportError:
                if not call.again or tried == self._retries:
                    raise
            time.sleep(self._wait(tried, error))
        raise AssertionError("not reached")

    def close(self) -> None:
        """Closes the connections. Episodes stay until they are closed or their lease ends."""
        self._http.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    create_group = _sync(calls.create_group)
    create_episode = _sync(calls.create_episode)
    reset = _sync(calls.reset)
    step = _sync(calls.step)
    step_raw = _sync(calls.step_raw)
    step_episode = _sync(calls.step_episode)
    fork = _sync(calls.fork)
    snapshot = _sync(calls.snapshot)
    delete_snapshot = _sync(calls.delete_snapshot)
    observe = _sync(calls.observe)
    get_episode = _sync(calls.get_episode)
    list_episodes = _sync(calls.list_episodes)
    renew = _sync(calls.renew)
    close_episode = _sync(calls.close_episode)
    get_group = _sync(calls.get_group)
    close_group = _sync(calls.close_group)
    trajectory = _sync(calls.trajectory)
    export = _sync(calls.export)
    credit = _sync(calls.credit)
    credit_group = _sync(calls.credit_group)
    envs = _sync(calls.envs)
    tasks = _sync(calls.tasks)


class AsyncClient(_Base):
    """The same calls as coroutines; see Client."""

    def __init__(
        self, base_url: str = "http://127.0.0.1:8080", token: str | None = None, *, timeout: float = 120.0, retries: int = 5
    ) -> None:
        super().__init__(base_url, token, timeout, retries)
        self._http = httpx.AsyncClient(**self._options)

    async def send(self, call: Call[T]) -> T:
        """Sends a call and returns what its answer says."""
        request = self._request(call)
        for tried in range(self._retries + 1):
            error: ApiError | None = None
            try:
                return self._parse(call, await self._http.request(**request))
            except ApiError as e:
                if not e.retryable or tried == self._retries:
                    raise
                error = e
            except httpx.TransportError:
                if not call.again or tried == self._retries:
                    raise
            await asyncio.sleep(self._wait(tried, error))
        raise AssertionError("not reached")

    async def close(self) -> None:
        """Closes the connections. Episodes stay until they are closed or their lease ends."""
        await self._http.aclose()

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    create_group = _async(calls.create_group)
    create_episode = _async(calls.create_episode)
    reset = _async(calls.reset)
    step = _async(calls.step)
    step_raw = _async(calls.step_raw)
    step_episode = _async(calls.step_episode)
    fork = _async(calls.fork)
    snapshot = _async(calls.snapshot)
    delete_snapshot = _async(calls.delete_snapshot)
    observe = _async(calls.observe)
    get_episode = _async(calls.get_episode)
    list_episodes = _async(calls.list_episodes)
    renew = _async(calls.renew)
    close_episode = _async(calls.close_episode)
    get_group = _async(calls.get_group)
    close_group = _async(calls.close_group)
    trajectory = _async(calls.trajectory)
    export = _async(calls.export)
    credit = _async(calls.credit)
    credit_group = _async(calls.credit_group)
    envs = _async(calls.envs)
    tasks = _async(calls.tasks)
