#!/bin/sh
# Builds the native addon: addon/build.sh OUT.node. Needs a C compiler, the headers of libbpf, and Node's own headers
# from node_modules. libbpf is linked dynamically: the distribution's static archive is not position-independent.
set -eu
out=${1:?usage: addon/build.sh OUT.node}
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
case $(uname -m) in
x86_64) arch=x64 ;;
aarch64) arch=arm64 ;;
*)
	echo "addon/build.sh: no Node headers for $(uname -m)" >&2
	exit 1
	;;
esac
${CC:-clang} -shared -fPIC -O2 -Wall -Wextra -Werror -I"$here/../node_modules/node-linux-$arch/include/node" \
	"$here"/*.c -o "$out" -lbpf
