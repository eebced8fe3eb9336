"""Plays games of our own files with the original and prints what it says, one
episode a line, in the layout of the household traces.

    pip install "textworld[pddl]==1.7.0"
    python record.py garden 1 2 | gzip -n9 > garden.jsonl.gz

The park is not recorded: it has what the engine does otherwise than the
original (see the twin).
"""
import collections
import json
import random
import sys

from textworld.core import EnvInfos
from textworld.envs.pddl import PddlEnv


def give_names(env):
    """Names as the household games have them: classes with descending numbers."""
    ids = sorted(env._entity_infos)
    classes = {i: i.split("_bar_", 1)[0] + ("basin" if "basin" in i else "") for i in ids if "_bar_" in i}
    left = collections.Counter(classes.values())
    for i in ids:
        if i in classes:
            env._entity_infos[i].name = "%s %d" % (classes[i], left[classes[i]])
            left[classes[i]] -= 1
        else:
            env._entity_infos[i].name = i + " "


def record(env, state, action=None, score=None, done=None):
    return {"action": action, "obs": state.feedback, "admissible": state["admissible_commands"],
            "score": score, "won": state["won"], "done": done}


def main(name, numbers):
    for number in numbers:
        game = {"pddl_domain": open(name + ".pddl").read(), "grammar": open(name + ".twl2").read().replace("UNKNOWN GOAL.", "enjoy it."),
                "pddl_problem": open("%s-%s.pddl" % (name, number)).read()}
        for seed in range(6):
            rng = random.Random("%s %s %d" % (name, number, seed))
            env = PddlEnv(EnvInfos(admissible_commands=True, won=True))
            env.load(game)
            give_names(env)
            state = env.reset()
            steps = [record(env, state)]
            for _ in range(80):
                commands = state["admissible_commands"]
                verb = rng.choice(sorted({c.split()[0] for c in commands}))
                action = rng.choice([c for c in commands if c.split()[0] == verb])
                if rng.random() < 0.05:
                    action = rng.choice(["dance", " " + action + "\n", action.upper(), "", action.replace(" ", "  ", 1)])
                state, score, done = env.step(action)
                steps.append(record(env, state, action, score, done))
            print(json.dumps({"game": "%s-%s" % (name, number), "kind": "random", "steps": steps}))


main(sys.argv[1], sys.argv[2:])
