#!/bin/sh
# What a step costs the server: gym serve against OpenEnv's own server, in one
# run on one machine, with the same raw client and without compression.
#
#	bench/serve.sh [SESSIONS] [SECONDS] [ROUNDS]
#
# OpenEnv serves the smallest environment there is, which answers with a text of
# about 250 bytes; gym serves whole environments and records every episode, so
# the comparison is on the safe side. The servers take turns, round after round; the table has medians.
# Needs Linux, Go and Python with pip. OpenEnv goes into .cache/openenv.
set -eu
cd "$(dirname "$0")/.."
sessions=${1:-64} seconds=${2:-8} rounds=${3:-3} idle=${IDLE:-10000}
venv=.cache/openenv
work=$(mktemp -d)
gym= bare= peer=
trap 'kill $gym $bare $peer 2>/dev/null || true; wait; rm -rf "$work"' EXIT

test -x $venv/bin/uvicorn || {
	python3 -m venv $venv
	$venv/bin/python -m pip install --quiet --disable-pip-version-check openenv==0.10.0
}
go build -o "$work/gym" ./cmd/gym

cat >"$work/peer.py" <<'PY'
from openenv.core.env_server import create_fastapi_app
from openenv.core.env_server.interfaces import Environment
from openenv.core.env_server.types import Action, ConcurrencyConfig, Observation, State


class Text(Action):
    action: str


class Seen(Observation):
    text: str = ""
    available_actions: list[str] = []


class Echo(Environment):
    SUPPORTS_CONCURRENT_SESSIONS = True

    def __init__(self):
        super().__init__()
        self.steps = 0

    def reset(self, seed=None, episode_id=None, **kw):
        self.steps = 0
        return Seen(text="Say something. " * 8, available_actions=["say", "stop"])

    def step(self, action, **kw):
        self.steps += 1
        return Seen(text=(action.action + " is what you said. ") * 6, available_actions=["say", "stop"], reward=0.0)

    @property
    def state(self):
        return State(step_count=self.steps)


app = create_fastapi_app(Echo, Text, Seen, concurrency_config=ConcurrencyConfig(max_concurrent_envs=4096))
PY

cat >"$work/client.py" <<'PY'
import asyncio, json, os, statistics, sys, time
from websockets.asyncio.client import connect

HZ = os.sysconf("SC_CLK_TCK")


def cpu(pid):
    f = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(f[11]) + int(f[12])) / HZ


def memory(pid):
    return int(open(f"/proc/{pid}/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


async def session(url, actions, i, until, waits, sizes):
    frames = [json.dumps({"type": "step", "data": {"action": a}}) for a in actions]
    reset = json.dumps({"type": "reset", "data": {"split": "train", "index": i}})
    async with connect(url, compression=None, max_size=None) as ws:
        await ws.send(reset)
        await ws.recv()
        await asyncio.sleep(max(0, until[0] - time.monotonic()))
        n = 0
        while time.monotonic() < until[1]:
            began = time.perf_counter()
            await ws.send(frames[n % len(frames)])
            got = await ws.recv()
            waits.append(time.perf_counter() - began)
            sizes.append(len(got))
            n += 1
            if '"type":"error"' in got[:20]:
                sys.exit(f"{url}: {got}")
            if '"done":true' in got[-300:]:
                await ws.send(reset)
                await ws.recv()
        await ws.send('{"type":"close"}')


async def play(pid, url, actions, sessions, seconds):
    waits, sizes = [], []
    now = time.monotonic()
    until = (now + 1 + sessions / 200, now + 1 + sessions / 200 + seconds)
    tasks = [asyncio.create_task(session(url, actions, i, until, waits, sizes)) for i in range(sessions)]
    await asyncio.sleep(until[0] - time.monotonic())
    server, own = cpu(pid), time.process_time()
    await asyncio.sleep(seconds)
    server, own = cpu(pid) - server, time.process_time() - own
    await asyncio.gather(*tasks)
    waits.sort()
    n = len(waits)
    return (n / seconds, 1e3 * waits[n // 2], 1e3 * waits[n * 99 // 100], 1e6 * server / n, 1e6 * own / n, sum(sizes) / n, memory(pid))


def main(peer, gym, bare, port, url, bare_url, sessions, seconds, rounds):
    say = ["say something"]
    runs = {
        "openenv 0.10.0, echo": (peer, f"ws://127.0.0.1:{port}/ws", say),
        "gym, webshop": (gym, f"{url}/envs/webshop/ws", ["search[red shirt]", "click[next >]", "click[< prev]", "click[back to search]"]),
        "gym, alfworld": (gym, f"{url}/envs/alfworld/ws", ["look", "inventory"]),
        "gym, alfworld, not recorded": (bare, f"{bare_url}/envs/alfworld/ws", ["look", "inventory"]),
    }
    rows = {name: [] for name in runs}
    for _ in range(rounds):
        for name, (pid, at, actions) in runs.items():
            rows[name].append(asyncio.run(play(pid, at, actions, sessions, seconds)))
    print(f"{sessions} sessions, {rounds} rounds of {seconds} s, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print("| server | steps/s | p50 ms | p99 ms | server µs a step | client µs a step | reply bytes | server MB |")
    print("|---|---|---|---|---|---|---|---|")
    for name, got in rows.items():
        m = [statistics.median(x) for x in zip(*got)]
        print(f"| {name} | {m[0]:.0f} | {m[1]:.2f} | {m[2]:.2f} | {m[3]:.1f} | {m[4]:.1f} | {m[5]:.0f} | {m[6]:.0f} |")


main(*map(int, sys.argv[1:4]), *sys.argv[4:7], int(sys.argv[7]), float(sys.argv[8]), int(sys.argv[9]))
PY

cat >"$work/idle.py" <<'PY'
import base64, json, os, socket, struct, sys, time


def frame(text):
    body, mask = text.encode(), os.urandom(4)
    return bytes([0x81, 0x80 | len(body)]) + mask + bytes(b ^ mask[i & 3] for i, b in enumerate(body))


def memory(pid):
    return int(open(f"/proc/{pid}/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def attach(at, path, i):
    s = socket.create_connection(at)
    key = base64.b64encode(os.urandom(16)).decode()
    s.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n".encode())
    got = b""
    while not got.endswith(b"\r\n\r\n"):
        got += s.recv(1)
    assert b" 101 " in got, got
    s.sendall(frame(json.dumps({"type": "reset", "data": {"split": "train", "index": i % 64}})))
    head = s.recv(4, socket.MSG_WAITALL)
    left = struct.unpack(">H", head[2:])[0] if head[1] == 126 else head[1] - 2
    got = s.recv(left, socket.MSG_WAITALL)
    assert b'"observation"' in got or b"text" in got, got
    return s


pid, url, n = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
host, port = url.split("//")[1].split(":")
before, began = memory(pid), time.monotonic()
open_ = [attach((host, int(port)), "/envs/webshop/ws", i) for i in range(n)]
took = time.monotonic() - began
time.sleep(3)
print(f"{n} idle sockets with an episode each: {memory(pid):.0f} MB, {before:.0f} MB before; opened in {took:.1f} s")
PY

port=$($venv/bin/python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
test "$(ulimit -n)" -gt $((idle + 1000)) || ulimit -n $((idle + 1000))
"$work/gym" serve --addr 127.0.0.1:0 --out "$work/run" --json >"$work/gym.json" 2>"$work/log" & gym=$!
"$work/gym" serve --max-episodes $((idle + sessions)) --addr 127.0.0.1:0 --out none --json >"$work/bare.json" 2>"$work/log" & bare=$!
(cd "$work" && exec "$OLDPWD/$venv/bin/uvicorn" peer:app --port "$port" --log-level warning) & peer=$!
for _ in $(seq 100); do
	if test -s "$work/gym.json" && test -s "$work/bare.json" && $venv/bin/python -c "import socket; socket.create_connection(('127.0.0.1', $port)).close()" 2>/dev/null; then break; fi
	sleep 0.2
done
address() { $venv/bin/python -c 'import json, sys; print(json.load(sys.stdin)["url"].replace("http", "ws", 1))' <"$work/$1.json"; }
url=$(address gym)
$venv/bin/python "$work/client.py" "$peer" "$gym" "$bare" "$port" "$url" "$(address bare)" "$sessions" "$seconds" "$rounds"
$venv/bin/python "$work/idle.py" "$bare" "$(address bare)" "$idle"
