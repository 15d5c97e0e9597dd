#!/bin/sh
# run.sh FOLDER [TEST-FILE...]: the live tests, or some, under another kernel. It is started in a virtual machine (qemu)
# whose root is this machine's: read-only, with what the tests write in memory. FOLDER holds what the kernel's packages
# hold, boot/vmlinuz-* and lib/modules:
#
#   apt-get download linux-image-6.1.0-52-amd64
#   dpkg -x linux-image-6.1.0-52-amd64_*.deb kernel
#   sh test/kernels/run.sh kernel
#
# Needs qemu-system-x86, busybox-static, kmod and cpio. The processor is emulated, which takes some ten times as long as
# without, and by one thread: with several, code that a processor changes under another one is sometimes not seen, which
# ends kernels and V8. ACCEL=kvm is for machines that can lend theirs. The capture mode is the one that the kernel can do,
# or $CIQ_CAPTURE_MODE. Exit status: 0 when the tests passed.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
kernel=$(CDPATH='' cd -- "${1:?a folder with boot/vmlinuz-* and lib/modules}" && pwd)
shift
cd "$root"
. engine/setup/report.sh
for program in qemu-system-x86_64 busybox depmod cpio; do
	command -v $program >/dev/null || fail 3 "no $program here: apt-get install qemu-system-x86 busybox-static kmod cpio"
done
image=$(find "$kernel/boot" -name 'vmlinuz-*' | head -n 1)
[ -n "$image" ] || fail 2 "no vmlinuz-* in $kernel/boot"
release=${image##*/vmlinuz-}
./claudeinsight --setup all

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin" "$work/modules" "$work/proc" "$work/sys" "$work/dev"
cp "$(command -v busybox)" "$work/bin/busybox"
install -m 755 test/kernels/init.sh "$work/init"

# What the root is mounted with, in the order of their needs. Some are compressed, some are in the kernel itself.
[ -f "$kernel/lib/modules/$release/modules.dep" ] || depmod -b "$kernel" "$release" 2>/dev/null
for module in virtio_pci 9pnet_virtio 9p overlay; do
	modprobe -d "$kernel" -S "$release" --show-depends $module 2>/dev/null | sed -n 's/^insmod //p'
done | awk '!seen[$1]++ { print $1 }' | while read -r file; do
	name=${file##*/}
	name=${name%.ko*}.ko
	case $file in
	*.xz) xz -dc "$file" ;;
	*.zst) zstd -dcq "$file" ;;
	*) cat "$file" ;;
	esac >"$work/modules/$name"
	echo "$name" >>"$work/modules/order"
done

files=$*
[ -n "$files" ] || files=$(find test/live -name '*.test.ts' | sort | tr '\n' ' ')
cat >"$work/settings" <<EOF
root=$root
modules=$kernel/lib/modules/$release
CIQ_CAPTURE_MODE=${CIQ_CAPTURE_MODE-}
files='$files'
EOF
(cd "$work" && find . | cpio -o -H newc 2>/dev/null | gzip -1) >"$work.gz"
trap 'rm -rf "$work" "$work.gz"' EXIT

qemu-system-x86_64 -nographic -no-reboot -nic none -smp 2 -m 4G -cpu max -accel "${ACCEL:-tcg,thread=single}" \
	-kernel "$image" -initrd "$work.gz" -append 'console=ttyS0 quiet panic=-1' \
	-virtfs local,path=/,mount_tag=machine,security_model=none,readonly=on,multidevs=remap </dev/null | tee "$work/log"
# The guest has no other way to say how it ended.
grep -q '^the live tests passed' "$work/log"
