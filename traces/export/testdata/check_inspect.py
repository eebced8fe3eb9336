"""Reads a folder of exported logs with Inspect and prints what it found, as JSON."""

import json
import pathlib
import sys

from inspect_ai.log import read_eval_log, read_eval_log_sample_summaries, read_eval_log_samples, write_eval_log

folder = pathlib.Path(sys.argv[1])


def kept(want, got, at=()):
    """Nothing that was written is dropped or changed on the way."""
    if isinstance(want, dict):
        for key, value in want.items():
            assert key in got, (*at, key)
            kept(value, got[key], (*at, key))
    elif isinstance(want, list):
        assert len(want) == len(got), at
        for i, value in enumerate(want):
            kept(value, got[i], (*at, i))
    else:
        assert want == got, (at, want, got)


def message(m):
    out = {"role": m.role, "content": m.text, "calls": [], "answers": ""}
    if m.role == "assistant":
        out["calls"] = [{"id": c.id, "function": c.function, "arguments": c.arguments} for c in m.tool_calls or []]
    if m.role == "tool":
        out["answers"] = m.tool_call_id
    return out


def sample(s):
    return {
        "id": s.id,
        "epoch": s.epoch,
        "trajectory": s.metadata["trajectory_id"],
        "scores": {name: score.as_float() for name, score in (s.scores or {}).items()},
        "messages": [message(m) for m in s.messages],
        "completion": s.output.completion,
        "error": s.error.message if s.error else "",
        "limit": s.limit is not None,
        "rewards": [step["reward"] for step in s.metadata["steps"]],
        "seed": str(s.metadata["env_seed"]),
        "output_tokens": sum(u.output_tokens for u in s.model_usage.values()),
    }


found = {}
for path in sorted(folder.glob("*.json")):
    log = read_eval_log(str(path))
    head = read_eval_log(str(path), header_only=True)
    assert head.eval == log.eval and head.results == log.results and head.stats == log.stats and head.samples is None, path
    kept(json.loads(path.read_text(encoding="utf-8")), json.loads(log.model_dump_json()))
    whole = len(log.samples) == len(log.eval.dataset.sample_ids) * log.eval.config.epochs
    one_by_one = list(read_eval_log_samples(str(path), all_samples_required=whole))
    samples = [sample(s) for s in log.samples]
    assert sorted(map(str, samples)) == sorted(str(sample(s)) for s in one_by_one), path
    assert len(read_eval_log_sample_summaries(str(path))) == len(samples), path
    # Its own format holds the same.
    write_eval_log(log, str(path.with_suffix(".eval")))
    again = read_eval_log(str(path.with_suffix(".eval")))
    assert sorted(map(str, samples)) == sorted(str(sample(s)) for s in again.samples), path
    found[path.stem] = {
        "status": log.status,
        "whole": whole,
        "task": log.eval.task,
        "total": log.results.total_samples,
        "completed": log.results.completed_samples,
        "means": {s.name: s.metrics["mean"].value for s in log.results.scores if s.metrics},
        "samples": samples,
    }
print(json.dumps(found))
