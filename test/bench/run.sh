#!/bin/sh
# `npm run bench`: every figure that the README and the notes quote. Needs root (live capture), nginx, wrk, curl and python3; tshark is measured where it is installed.
set -eu
cd "$(dirname "$0")/../.."
./claudeinsight --setup all
case $(uname -m) in aarch64 | arm64) arch=arm64 ;; *) arch=x64 ;; esac
node=$PWD/node_modules/node-linux-$arch/bin/node
for bench in ${*:-startup replay pcap ndjson assembler query cost throughput}; do
	"$node" "test/bench/$bench.ts"
	echo
done
