"""The tests need a server: GYM_URL names one that serves webshop (the default) and toy."""

import os
from collections.abc import Iterator

import pytest

from stepgym_client import Client


@pytest.fixture(scope="session")
def url() -> str:
    return os.environ["GYM_URL"]


@pytest.fixture
def gym(url: str) -> Iterator[Client]:
    with Client(url) as client:
        yield client
        for e in client.list_episodes().episodes:
            client.close_episode(e.episode_id)
