#!/bin/sh
# `npm run bench`: every figure that the README and the notes quote. Needs root (live capture), nginx, wrk, curl and python3; tshark, tcpdump and bpftrace are measured where they are installed.
# `sh test/bench/run.sh BENCH… --OPTION…` runs some, with options.
set -eu
cd "$(dirname "$0")/../.."
./claudeinsight --setup all
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
for bench in ${benches:-startup replay pcap ndjson assembler query everyday cost throughput}; do
	"$node" "test/bench/$bench.ts" "$@"
	echo
done
