#!/bin/sh
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# Builds the BPF object: bpf/build.sh OUT.o. Needs clang, llvm-strip and the headers of libbpf.
set -eu
out=${1:?usage: bpf/build.sh OUT.o}
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
case $(uname -m) in
x86_64) arch=x86 ;;
aarch64) arch=arm64 ;;
*)
	echo "bpf/build.sh: no BPF programs for $(uname -m)" >&2
	exit 1
	;;
esac
# -mcpu=v3: atomic operations with a result, which not every clang emits by default.
${CLANG:-clang} -target bpf -mcpu=v3 -O2 -g -Wall -Werror -D__TARGET_ARCH_$arch -c "$here/socket.bpf.c" -o "$out"
# The debugging sections are three quarters of the file; the type information that the loader needs stays.
${LLVM_STRIP:-llvm-strip} -g "$out"
