#!/usr/bin/env bash
# The learning results of docs/learning-alfworld.md, one run at a time.
#
#   bench/learning-alfworld.sh all     DATA OUT   3 seeds on all training games
#   bench/learning-alfworld.sh hundred DATA OUT   3 seeds on 100 training games
#   bench/learning-alfworld.sh human   DATA OUT   3 seeds on the sentences that people wrote
#   bench/learning-alfworld.sh rules   DATA OUT   what does not learn
#   bench/learning-alfworld.sh table   OUT        what came out, a line a run and split
#
# DATA is a folder with the published games, as folders or packed
# (train.jsonl.xz, valid_train.jsonl.xz, valid_seen.jsonl.xz, valid_unseen.jsonl.xz;
# "hundred" needs train packed). Runs that are there already are kept.
set -euo pipefail
what=$1 gym=${GYM:-bin/gym} seeds=${SEEDS:-1 2 3}

# train NAME CONFIG SEED trains and evaluates: greedy once, sampled twice a game.
train() {
	local dir=$out/$1-s$3
	[ -e "$dir/valid_unseen-sampled.json" ] && return
	rm -rf "$dir"
	"$gym" train --env alfworld --config "$2" --seed "$3" --iterations "${ITERATIONS:-600}" --eval-every "${EVAL_EVERY:-100}" \
		--record-every 0 --threads "${THREADS:-1}" --out "$dir" >"$dir.log" 2>&1 || { echo "$dir failed: see $dir.log"; return; }
	for split in valid_seen valid_unseen; do
		"$gym" eval --run "$dir" --checkpoint last --alone --split $split --per-family 0 --json >"$dir/$split-greedy.json"
		"$gym" eval --run "$dir" --checkpoint last --alone --split $split --per-family 0 --sample --repeats 2 --json >"$dir/$split-sampled.json"
	done
}

# field FILE NAME prints the first number of that name.
field() { grep -o "\"$2\": *[-0-9.e]*" "$1" | head -1 | sed 's/.*: *//'; }

# reached DIR SHARE prints the environment steps after which ten iterations in a
# row had that share of their sampled training episodes won.
reached() {
	grep '"kind":"train"' "$1/metrics.jsonl" | sed 's/.*"success":\([-0-9.e]*\),.*"total_steps":\([0-9]*\).*/\1 \2/' |
		awk -v want="$2" '{ sum += $1 - old[NR % 10]; old[NR % 10] = $1; if (NR >= 10 && sum / 10 >= want) { print $2; exit } }'
}

table() {
	local dir file mode split
	printf '%-14s %-13s %-8s %8s %18s %6s   %s\n' run split mode success '95 % (Wilson)' turns 'steps: total, to 90 %; minutes'
	for dir in "$out"/*-s[0-9]; do
		[ -e "$dir/valid_unseen-sampled.json" ] || continue
		for split in valid_seen valid_unseen; do
			for mode in greedy sampled; do
				file=$dir/$split-$mode.json
				printf '%-14s %-13s %-8s %8s %18s %6s   %s, %s; %s\n' "$(basename "$dir")" $split $mode \
					"$(grep -A1 '"episode_success"' "$file" | grep -o '"mean": *[0-9.]*' | sed 's/.*: *//')" \
					"$(grep -A3 '"episode_success"' "$file" | grep -o '"\(low\|high\)": *[0-9.]*' | sed 's/.*: *//' | cut -c1-6 | paste -sd ' ')" \
					"$(field "$file" turns | cut -c1-5)" \
					"$(tail -1 "$dir/metrics.jsonl" | grep -o '"total_steps":[0-9]*' | sed 's/.*://')" "$(reached "$dir" 0.9)" \
					"$(tail -1 "$dir/metrics.jsonl" | grep -o '"elapsed_s":[0-9]*' | sed 's/.*://' | awk '{ printf "%.1f", $1 / 60 }')"
			done
		done
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
all) for seed in $seeds; do train all "{\"data\": \"$data\"}" "$seed"; done ;;
human)
	# People call things by other names than the game: kin compares words.
	people="{\"env\": \"alfworld\", \"env_config\": {\"data\": \"$data\", \"goals\": \"human\"}, \"policy_config\": {\"kin\": ${KIN:-16}, \"words\": 1024}}"
	for seed in $seeds; do train human "$people" "$seed"; done
	;;
hundred)
	for seed in $seeds; do
		few=$out/hundred-games-s$seed
		if [ ! -e "$few/train.jsonl" ]; then
			mkdir -p "$few"
			cp "$data"/valid_*.jsonl.xz "$few/" # links are not followed
			# every k-th game from another start: the file is in the order of the task types
			xz -dc "$data/train.jsonl.xz" | awk -v n=100 -v s="$seed" '{ line[NR] = $0 } END { for (i = 0; i < n; i++) print line[int((i + s / 7) * NR / n) % NR + 1] }' >"$few/train.jsonl.part"
			mv "$few/train.jsonl.part" "$few/train.jsonl"
		fi
		train hundred "{\"data\": \"$few\"}" "$seed"
	done
	;;
rules)
	for split in valid_seen valid_unseen; do
		"$gym" eval --env alfworld --config "{\"data\": \"$data\"}" --split $split --per-family 0 --json >"$out/rules-$split.json"
	done
	;;
*)
	echo "usage: $0 all|hundred|human|rules DATA OUT, or $0 table OUT" >&2
	exit 2
	;;
esac
