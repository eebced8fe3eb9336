"""Plays games in TextWorld, the engine of the original ALFWorld.

Reads JSON lines {"game": path of a game.tw-pddl, "actions": [command, ...]} and
prints, for each game, a JSON line with the list of what it showed: first
after the reset, then after each command.
"""

import collections
import json
import sys
import types

try:
    import jericho  # noqa: F401
except ImportError:
    # Games of another kind need it, and it needs much more.
    jericho = types.ModuleType("jericho")
    jericho.UnsupportedGameWarning = type("UnsupportedGameWarning", (UserWarning,), {})
    jericho.TruncatedInputActionWarning = type("TruncatedInputActionWarning", (UserWarning,), {})
    sys.modules["jericho"] = jericho

import textworld
from textworld.envs.pddl import PddlEnv


def give_names(infos):
    """Gives entities the names that ALFWorld's wrapper gives them: class and number."""
    classes = {}
    for entity in sorted(infos):
        infos[entity].name = entity + " "
        if "_bar_" in entity:
            classes[entity] = entity.split("_bar_", 1)[0] + ("basin" if "basin" in entity else "")
    left = collections.Counter(classes.values())
    for entity, name in classes.items():
        infos[entity].name = f"{name} {left[name]}"
        left[name] -= 1


def record(state, score, done):
    return {
        "obs": state.feedback,
        "admissible": state["admissible_commands"],
        "won": bool(state["won"]),
        "score": score,
        "done": done,
    }


def play(game, actions):
    env = PddlEnv(textworld.EnvInfos(won=True, admissible_commands=True))
    env.load(game)
    give_names(env._entity_infos)
    records = [record(env.reset(), 0, False)]
    for action in actions:
        records.append(record(*env.step(action)))
    return records


for line in sys.stdin:
    task = json.loads(line)
    print(json.dumps(play(task["game"], task["actions"])), flush=True)
