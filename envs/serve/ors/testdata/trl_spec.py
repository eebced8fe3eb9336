"""Does with TRL's OpenRewardSpec what its trainer does, less the model, so that
PyTorch is not needed: python trl_spec.py URL."""

import re
import sys

from trl.experimental.openreward import OpenRewardSpec

url = sys.argv[1]


def group(name, play, n=4):
    """Plays every task of a data set n times, the episodes of a group side by side."""
    spec = OpenRewardSpec(url, env_name=name, num_tasks=2)
    rows = spec.train_dataset
    assert {"prompt", "task_index", "id", "goal", "family"} <= set(rows.column_names), rows.column_names
    envs, out = [spec.environment_factory() for _ in range(n)], []
    for row in rows:
        first = [e.reset(**row) for e in envs]
        assert len(set(first)) == 1, "the episodes of a group differ"
        for e in envs:
            play(e, first[0], row)
            assert e.finished, e.last_output
        out.append(spec.reward_funcs(environments=envs))
    for e in envs:
        e._close()
    return out


def toy(e, prompt, row):
    goal, at = map(int, re.search(r"Walk to place (\d).*at place (\d)", prompt, re.S).groups())
    for a in ["right" if at < goal else "left"] * abs(at - goal) + ["stop"]:
        e.act(action=a)
    assert "episode_finished" in e.act(action="left")
    e.finished = True


def webshop(e, prompt, row):
    page = e.search(query=row["goal"])
    e.click(target=re.search(r"\bb[0-9a-z]{9}\b", page.lower()).group())
    e.click(target="buy now")


def alfworld(e, prompt, row):
    while not e.finished:
        e.act(action="look")


print("toy", group("toy", toy))
print("webshop", group("webshop", webshop))
print("alfworld", group("alfworld", alfworld, n=2))
