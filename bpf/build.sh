#!/bin/sh
# SPDX-License-Identifier: MIT OR GPL-2.0-only
# Builds a BPF object: bpf/build.sh FOLDER/socket.bpf.o, or syscall.bpf.o, is made from the source of that name. Needs
# clang, llvm-strip and the headers of libbpf.
set -eu
out=${1:?usage: bpf/build.sh FOLDER/socket.bpf.o}
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
case $(uname -m) in
x86_64) arch=x86 ;;
aarch64) arch=arm64 ;;
*)
	echo "bpf/build.sh: no BPF programs for $(uname -m)" >&2
	exit 1
	;;
esac
source=$here/$(basename "$out" .o).c
# -mcpu=v3: atomic operations with a result, which not every clang emits by default.
${CLANG:-clang} -target bpf -mcpu=v3 -O2 -g -Wall -Werror -D__TARGET_ARCH_$arch -c "$source" -o "$out"
# The debugging sections are three quarters of the file; the type information that the loader needs stays.
${LLVM_STRIP:-llvm-strip} -g "$out"
