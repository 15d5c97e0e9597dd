#!/bin/sh
# `npm run bench`: every figure that the README and the notes quote. Needs root (live capture), nginx, wrk, curl and python3; tshark, tcpdump and bpftrace are measured where they are installed.
# `sh test/bench/run.sh BENCH… --OPTION…` runs some, with options.
set -eu
cd "$(dirname "$0")/../.."
case $(uname -m) in aarch64 | arm64) arch=arm64 ;; *) arch=x64 ;; esac
node=$PWD/node_modules/node-linux-$arch/bin/node
benches=
for argument in "$@"; do
	shift
	case $argument in
		-*) set -- "$@" "$argument" ;;
		*) benches="$benches $argument" ;;
	esac
done
all='startup replay pcap ndjson assembler query everyday cost throughput'
for bench in $benches; do
	if ! [ -f "test/bench/$bench.ts" ]; then
		echo "no bench $bench: there are $all" >&2
		exit 2
	fi
done
./claudeinsight --setup all
for bench in ${benches:-$all}; do
	"$node" "test/bench/$bench.ts" "$@"
	echo
done
