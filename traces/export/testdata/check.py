"""Reads a folder of exported trajectories with the packages atif and openenv."""

import json
import pathlib
import sys
import tempfile

from atif import Trajectory
from openenv.core.harness.collect import EpisodeRecord, RolloutSerializer

folder = pathlib.Path(sys.argv[1])
counts = {"atif": 0, "openenv": 0, "messages": 0}

for path in sorted(folder.glob("*.atif")):
    text = path.read_text(encoding="utf-8")
    document = Trajectory.model_validate_json(text)
    # Nothing is dropped or changed on the way.
    again = json.loads(document.model_dump_json(exclude_unset=True))
    assert again == json.loads(text), path
    for step in document.steps:
        m = step.metrics
        if m and m.completion_token_ids:
            assert m.logprobs is not None and len(m.logprobs) == len(m.completion_token_ids), path
    counts["atif"] += 1

with tempfile.TemporaryDirectory() as out:
    serializer = RolloutSerializer(out)
    for path in sorted(folder.glob("*.openenv")):
        line = json.loads(path.read_text(encoding="utf-8"))
        record = EpisodeRecord(**line)
        assert record.to_dict() == line, path
        serializer.write_episode(record)
        counts["openenv"] += 1
    ids = serializer.collected_episode_ids()
    assert ids == {p.stem for p in folder.glob("*.openenv")}, ids

for path in sorted(folder.glob("*.messages")):
    for text in path.read_text(encoding="utf-8").splitlines():
        line = json.loads(text)
        open_calls: set[str] = set()
        for message in line["messages"]:
            assert message["role"] in ("system", "user", "assistant", "tool") and isinstance(message["content"], str), path
            if message["role"] == "tool":
                open_calls.remove(message["tool_call_id"])
            for call in message.get("tool_calls", []):
                assert call["type"] == "function" and json.loads(call["function"]["arguments"]) is not None
                open_calls.add(call["id"])
        assert not open_calls, (path, open_calls)
        counts["messages"] += 1

print(", ".join(f"{n} {name}" for name, n in counts.items()))
