#!/usr/bin/env bash
# The learning results of docs/learning.md: two runs at a time, each on a core.
#
#   bench/learning.sh curves DATA OUT    methods x groupings x 3 seeds on the standard split
#   bench/learning.sh folds  DATA OUT    5 folds x 3 seeds of one recipe
#
# DATA is a folder with a catalogue in the original's schema.
set -euo pipefail
what=$1 data=$2 out=$3
gym=${GYM:-bin/gym}
mkdir -p "$out"

train() { # name env-config flags...
	local name=$1 config=$2
	shift 2
	[ -e "$out/$name/checkpoints/last" ] && return
	rm -rf "${out:?}/$name"
	"$gym" train --env webshop --config "$config" --tasks 32 --record-every 0 --out "$out/$name" "$@" >"$out/$name.log" 2>&1 ||
		echo "$name failed: see $out/$name.log"
}

pair() { # wait until fewer than two runs are going
	while [ "$(jobs -rp | wc -l)" -ge 2 ]; do wait -n; done
}

case $what in
curves)
	variant() { # name flags...
		pair
		train "$1-s$seed" "{\"data\": \"$data\"}" --seed "$seed" --iterations "${ITERATIONS:-800}" --eval-every 20 "${@:2}" &
	}
	for seed in 1 2 3; do
		variant grpo --credit grpo # groups nothing, so the grouping makes no difference
		for method in salt gigpo hgpo; do
			variant $method-state --credit $method --grouping state
			variant $method-anchor --credit $method --grouping anchor
		done
		for method in gigpo hgpo; do
			variant $method-state-gamma1 --credit $method --grouping state --credit-params '{"gamma": 1}'
		done
	done
	;;
folds)
	for fold in 0 1 2 3 4; do
		for seed in 1 2 3; do
			pair
			train "fold$fold-s$seed" "{\"data\": \"$data\", \"folds\": 5, \"fold\": $fold}" --credit "${CREDIT:-grpo}" --seed $seed \
				--iterations "${ITERATIONS:-800}" --eval-every 50 &
		done
	done
	;;
*)
	echo "usage: $0 curves|folds DATA OUT" >&2
	exit 2
	;;
esac
wait
