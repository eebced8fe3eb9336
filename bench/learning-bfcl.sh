#!/usr/bin/env bash
# The learning results of docs/learning-bfcl.md, one run at a time.
#
#   bench/learning-bfcl.sh warm     DATA OUT   imitation of hints, then turn reward, 2 seeds, and a longer run
#   bench/learning-bfcl.sh scratch  DATA OUT   from nothing: turn reward, 2 seeds, and outcome reward
#   bench/learning-bfcl.sh random   DATA OUT   what does not learn
#   bench/learning-bfcl.sh table    OUT        what came out, a line a run and split
#
# DATA is the benchmark's data: the wheel file or a folder, see docs/bfcl.md. Runs
# that are there already are kept.
set -euo pipefail
what=$1 gym=${GYM:-bin/gym} seeds=${SEEDS:-1 2} categories=${CATEGORIES:-\"multi_turn_base\"}

# config REWARD prints the configuration of a run.
config() {
	cat <<-JSON
		{"env": "bfcl", "env_config": {"data": "$data", "guided": true, "reward": "$1", "categories": [$categories]},
		 "policy_config": {"things": true, "classes": 1500, "words": 1, "min_families": 1000, "dropout": 0, "masks": 1, "decay": 0.05,
		   "entropy": 0.003, "entropy_end": 0.001, "value": 0.5, "imitate_epochs": 6, "imitate_minibatch": 128},
		 "train": {"tasks": 32, "group_size": 4, "sampler": "task", "gamma": 0.99, "credit": "gae",
		   "credit_params": {"gamma": 0.99, "lam": 0.95}, "eval_family": 0}}
	JSON
}

# train NAME REWARD SEED FLAGS... trains and evaluates, greedy and sampled.
train() {
	local dir=$out/$1-s$3
	[ -e "$dir/test-sampled.json" ] && return
	rm -rf "$dir"
	"$gym" train --config "$(config "$2")" --seed "$3" --iterations "${ITERATIONS:-40}" --eval-every 50 --record-every 0 --out "$dir" "${@:4}" \
		>"$dir.log" 2>&1 || { echo "$dir failed: see $dir.log"; return; }
	for split in dev test; do
		"$gym" eval --run "$dir" --checkpoint last --alone --split $split --per-family 0 --json >"$dir/$split-greedy.json"
		"$gym" eval --run "$dir" --checkpoint last --alone --split $split --per-family 0 --sample --repeats 4 --json >"$dir/$split-sampled.json"
	done
}

# field FILE NAME prints the first number of that name.
field() { grep -o "\"$2\": *[-0-9.e]*" "$1" | head -1 | sed 's/.*: *//'; }

table() {
	local file
	printf '%-22s %-14s %9s %9s %8s %7s\n' run split success return episodes turns
	for file in "$out"/*/{dev,test}-*.json; do
		[ -e "$file" ] || continue
		printf '%-22s %-14s %9.4f %9.4f %8s %7.1f\n' "$(basename "$(dirname "$file")")" "$(basename "$file" .json)" \
			"$(grep -A1 '"episode_success"' "$file" | grep -o '"mean": *[-0-9.e]*' | sed 's/.*: *//')" \
			"$(field "$file" return)" "$(field "$file" episodes)" "$(field "$file" turns)"
	done
}

if [ "$what" = table ]; then
	out=$2
	table
	exit
fi
data=$2 out=$3
mkdir -p "$out"
case $what in
warm)
	for seed in $seeds; do train warm turn "$seed" --imitate 640 --dagger 5; done
	ITERATIONS=120 train warm-long turn 1 --imitate 640 --dagger 5
	;;
scratch)
	for seed in $seeds; do train scratch-turn turn "$seed"; done
	ITERATIONS=20 train scratch-entry entry 1 # nothing is ever won
	;;
random)
	mkdir -p "$out/random"
	for split in dev test; do
		"$gym" eval --env bfcl --config "{\"data\": \"$data\", \"guided\": true, \"reward\": \"turn\", \"categories\": [$categories]}" \
			--policy random --split $split --per-family 0 --repeats 4 --json >"$out/random/$split-random.json"
	done
	;;
*)
	echo "usage: $0 warm|scratch|random DATA OUT, or $0 table OUT" >&2
	exit 2
	;;
esac
