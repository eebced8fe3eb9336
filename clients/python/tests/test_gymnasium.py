import gymnasium
import numpy as np
from gymnasium.utils.env_checker import check_env, data_equivalence
from gymnasium.vector import AutoresetMode, SyncVectorEnv

from stepgym_client import Client
from stepgym_client.gymnasium import TextEnv, TextVectorEnv

ACTIONS = ("left", "right", "stop", "say[hello]", "fly")


def test_single(gym: Client) -> None:
    check_env(TextEnv(gym, env="toy", actions=ACTIONS), skip_render_check=True)


def test_vector(gym: Client) -> None:
    """What a vector environment gives is what Gymnasium's own makes of single
    ones. All play one task, so that it does not matter what is drawn."""
    n = 5

    class OneTask(TextEnv):
        def reset(self, *, seed=None, options=None):
            return super().reset(seed=1, options={"task": "4"})

    want = SyncVectorEnv([lambda: OneTask(gym, env="toy", actions=ACTIONS)] * n, autoreset_mode=AutoresetMode.SAME_STEP)
    got = TextVectorEnv(gym, n, env="toy", same=True, actions=ACTIONS)
    assert got.observation_space == want.observation_space and got.action_space == want.action_space
    assert isinstance(got, gymnasium.vector.VectorEnv)
    seen = want.reset(seed=1), got.reset(seed=[1] * n, options={"task": "4"})
    assert tuple(seen[0][0]) == seen[1][0] and data_equivalence(seen[0][1], seen[1][1])
    ended = 0
    got.action_space.seed(3)
    for _ in range(60):
        actions = got.action_space.sample()
        a, b = want.step(actions), got.step(actions)
        assert tuple(a[0]) == b[0] and b[0] in got.observation_space
        for x, y in zip(a[1:4], b[1:4], strict=True):
            assert x.dtype == y.dtype and np.array_equal(x, y)
        assert data_equivalence(a[4], b[4])
        ended += int((b[2] | b[3]).sum())
    assert ended > 10
    assert [gym.trajectory(t)["id"] for t in got.trajectory_ids] == got.trajectory_ids
    got.close()
    want.close()
    assert not gym.list_episodes().episodes


def test_many(gym: Client) -> None:
    env = TextVectorEnv(gym, 256, env="toy", actions=ACTIONS)
    env.reset(seed=0)
    env.action_space.seed(0)
    for _ in range(20):
        env.step(env.action_space.sample())
    env.close()
