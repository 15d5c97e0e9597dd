#!/bin/busybox sh
# The first process of a virtual machine: see run.sh. Ends it when the tests have ended.
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
. /settings

while read -r module; do insmod "/modules/$module"; done </modules/order
mkdir -p /lower /changes /root
mount -t 9p -o trans=virtio,version=9p2000.L,ro,cache=loose,msize=524288 machine /lower
mount -t tmpfs tmpfs /changes
mkdir /changes/upper /changes/work
mount -t overlay -o lowerdir=/lower,upperdir=/changes/upper,workdir=/changes/work overlay /root

release=$(uname -r)
mount -t proc proc /root/proc
mount -t sysfs sysfs /root/sys
mount -t devtmpfs devtmpfs /root/dev
mkdir -p /root/dev/pts /root/dev/shm "/root/lib/modules/$release"
mount -t devpts devpts /root/dev/pts
mount -t tmpfs tmpfs /root/dev/shm
mount -t tmpfs tmpfs /root/run
mount -t cgroup2 cgroup2 /root/sys/fs/cgroup
mount -t tracefs tracefs /root/sys/kernel/tracing
mount -o bind "/lower$modules" "/root/lib/modules/$release"
ip link set lo up

cat >/root/run/tests.sh <<EOF
cd "$root" || exit
export HOME=/root NO_COLOR=1 NODE_DISABLE_COLORS=1 PATH="$root/dist:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
umask 022
mode=$CIQ_CAPTURE_MODE
[ -n "\$mode" ] || mode=\$(./claudeinsight doctor | sed -n 's/^Live capture is possible. Mode \([a-z]*\).*/\1/p')
echo "Linux \$(uname -r), mode \$mode"
export CIQ_CAPTURE_MODE="\$mode"
node --test --test-reporter=spec --test-timeout=900000 --test-concurrency=1 $files && echo 'the live tests passed'
EOF
# Not chroot: the path of an executable begins at the root of all mounts.
exec switch_root /root /bin/busybox sh -c '/bin/sh /run/tests.sh 2>&1; /bin/busybox poweroff -f' </dev/console >/dev/console 2>&1
