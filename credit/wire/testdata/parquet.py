"""Writes and reads the tables of package wire as other programs do.

  parquet.py write DIR   groups as JSON on standard input, one table a way of
                         writing them to DIR; prints their names as JSON
  parquet.py read FILE   prints, as pyarrow and as pandas see it, the columns of
                         an answer table and what it says of itself
"""

import json
import sys

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq


def rows(groups):
    """One dictionary a step; what belongs to the trajectory stands in its last."""
    out = []
    for g in groups:
        for t in g["trajectories"]:
            n = len(t["actions"])
            for k in range(n):
                last = k == n - 1
                out.append({
                    "uid": g["id"], "traj_uid": t["id"], "step": k,
                    "obs": t["obs"][k], "action": t["actions"][k], "reward": float(t["rewards"][k]),
                    "n_tokens": t["n_tokens"][k], "value": float(t["values"][k]), "invalid": t["invalid"][k],
                    "format": float(t["reward_parts"]["format"][k]),
                    "final_obs": t["final_obs"] if last else None,
                    "success": t.get("success", False) if last else None,
                    "bootstrap": float(t.get("bootstrap", 0)) if last else None,
                    "logits": [0.5] * (k % 3), "prompt_ids": list(range(k % 4)), "note": None,
                })
    return out


def schema(text=pa.string(), number=pa.float64(), whole=pa.int64(), many=pa.list_, required=False):
    f = lambda name, kind: pa.field(name, kind, nullable=not required)
    return pa.schema([
        f("uid", text), f("traj_uid", text), f("step", whole), f("obs", text), f("action", text), f("reward", number),
        f("n_tokens", whole), f("value", number), f("invalid", pa.bool_()), f("format", number),
        pa.field("final_obs", text), pa.field("success", pa.bool_()), pa.field("bootstrap", number),
        pa.field("logits", many(pa.float64())), pa.field("prompt_ids", many(pa.int32())), pa.field("note", pa.null()),
    ])


def write(folder):
    steps = rows(json.load(sys.stdin))
    names = []

    def place(name):
        names.append(name)
        return f"{folder}/{name}"

    def arrow(name, kind, **options):
        pq.write_table(pa.Table.from_pylist(steps, schema=kind), place(name), **options)

    for codec in ["none", "snappy", "gzip", "brotli", "lz4", "zstd"]:
        arrow(f"pyarrow-{codec}", schema(), compression=codec)
    arrow("pyarrow-plain", schema(), use_dictionary=False)
    arrow("pyarrow-required", schema(required=True))
    arrow("pyarrow-pages", schema(), data_page_version="2.0", data_page_size=64, write_batch_size=4, compression="zstd")
    arrow("pyarrow-row-groups", schema(), row_group_size=5, write_page_index=True, write_page_checksum=True)
    arrow("pyarrow-old", schema(), version="1.0", use_deprecated_int96_timestamps=True)
    arrow("pyarrow-large", schema(text=pa.large_string(), many=pa.large_list))
    arrow("pyarrow-binary", schema(text=pa.binary()))
    arrow("pyarrow-small", schema(number=pa.float32(), whole=pa.int16()))
    arrow("pyarrow-unsigned", schema(whole=pa.uint32()))
    arrow("pyarrow-delta", schema(), use_dictionary=False, column_encoding={
        "step": "DELTA_BINARY_PACKED", "n_tokens": "DELTA_BINARY_PACKED", "obs": "DELTA_BYTE_ARRAY",
        "action": "DELTA_LENGTH_BYTE_ARRAY", "reward": "BYTE_STREAM_SPLIT", "value": "BYTE_STREAM_SPLIT", "invalid": "RLE"})
    table = pa.Table.from_pylist(steps, schema=schema())
    for name in ["uid", "traj_uid", "obs", "action", "final_obs"]:
        table = table.set_column(table.schema.get_field_index(name), name, table[name].dictionary_encode())
    pq.write_table(table, place("pyarrow-categories"))

    frame = pd.DataFrame(steps)
    for codec in ["snappy", "zstd"]:
        frame.to_parquet(place(f"pandas-{codec}"), compression=codec)
    frame.to_parquet(place("pandas-index"), index=True)
    frame.convert_dtypes().to_parquet(place("pandas-nullable"))
    frame.convert_dtypes(dtype_backend="pyarrow").to_parquet(place("pandas-arrow"))
    frame.astype({c: "category" for c in ["uid", "traj_uid", "obs", "action"]}).to_parquet(place("pandas-categories"))
    frame.astype({c: "float64" for c in ["step", "n_tokens"]}).to_parquet(place("pandas-floats"))
    frame.astype({"invalid": "int8"}).to_parquet(place("pandas-ints"))
    json.dump(names, sys.stdout)


def read(path):
    table = pq.read_table(path)
    frame = pd.read_parquet(path)
    json.dump({
        "types": {f.name: str(f.type) for f in table.schema},
        "used": json.loads(table.schema.metadata[b"stepgym.credit"]),
        "pyarrow": table.to_pylist(),
        "pandas": json.loads(frame.to_json(orient="records", double_precision=15)),
    }, sys.stdout)


if __name__ == "__main__":
    {"write": write, "read": read}[sys.argv[1]](sys.argv[2])
