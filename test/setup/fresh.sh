#!/bin/sh
# Runs the README's first command on fresh machines: minimal Debian 12 roots, one with nothing but sudo, one with
# Debian's own Node 18 and npm 9, each with a copy of this clone that belongs to an ordinary user.
# By hand, not part of npm test: needs root, debootstrap, the package sources of this machine, 3 GB and ten minutes.
#
#   test/setup/fresh.sh [FOLDER]    the minimal root is kept in FOLDER and used again

set -eu
project=$(CDPATH='' cd -- "${0%/*}/../.." && pwd)

# Mounts end with the mount namespace, whatever happens.
if [ "${FRESH_MOUNTS:-}" != own ]; then
	exec env FRESH_MOUNTS=own unshare --mount --propagation private sh "$0" "$@"
fi

work=$(mktemp -d)
trap 'umount -R "$work"/*/proc "$work"/*/sys 2>/dev/null || :; rm -rf --one-file-system "$work"' EXIT
trap 'exit 130' INT TERM
base=${1:-$work}/base

step() {
	printf '\n== %s\n' "$*"
}

# The Debian mirror that this machine itself uses.
# shellcheck disable=SC2016 # apt-get's own variables
mirror() {
	apt-get indextargets --format '$(ORIGIN) $(CODENAME) $(REPO_URI)' 'Created-By: Packages' |
		awk '$1 == "Debian" && $2 == "bookworm" { print $3; exit }'
}

if ! [ -f "$base/ready" ]; then
	step 'debootstrap'
	rm -rf "$base"
	debootstrap --variant=minbase --include=sudo bookworm "$base" "$(mirror)" >"$work/log" 2>&1 || {
		tail "$work/log"
		exit 1
	}
	# What this machine needs to reach its sources; a fresh machine has no lists yet.
	cp -a /etc/apt/apt.conf.d/. "$base/etc/apt/apt.conf.d/"
	rm -rf "$base"/var/lib/apt/lists/* "$base"/var/cache/apt/*.bin
	# Not as ca-certificates.crt: that file is made anew when its package is installed.
	cp -L /etc/ssl/certs/ca-certificates.crt "$base/etc/host-certificates.crt"
	cp -L /etc/resolv.conf /etc/hosts "$base/etc/"
	chroot "$base" useradd --create-home --shell /bin/sh dev
	echo 'dev ALL=(ALL) NOPASSWD: ALL' >"$base/etc/sudoers.d/dev"
	cat ~/.npmrc >"$base/home/dev/.npmrc" 2>/dev/null || :
	printf '\ncafile=%s\n' /etc/host-certificates.crt >>"$base/home/dev/.npmrc"
	chroot "$base" chown -R dev: /home/dev
	: >"$base/ready"
fi

# machine NAME: a fresh root at $root, with a copy of the clone.
machine() {
	step "machine: $1"
	root=$work/$1
	cp -a "$base" "$root"
	mount -t proc proc "$root/proc"
	mount --rbind /sys "$root/sys"
	mkdir "$root/home/dev/claudeinsight"
	# Tracked, or new and not ignored: what a clone of the next commit would hold.
	(cd "$project" && git ls-files -co --exclude-standard -z | tar --ignore-failed-read --null -T - -cf -) | tar -C "$root/home/dev/claudeinsight" -xf -
	chroot "$root" chown -R dev: /home/dev/claudeinsight
}

# dev COMMAND: as the ordinary user, in the clone.
dev() {
	chroot "$root" su - dev -c "cd claudeinsight && $1" </dev/null
}

expect() {
	step "$1"
	shift
	start=$(date +%s)
	"$@" || {
		echo "FAILED ($?): $*"
		exit 1
	}
	echo "ok, $(($(date +%s) - start)) s"
}

five_exchanges() {
	dev "sudo ./claudeinsight -e 'watch http | head 5' -- examples/traffic.sh" >"$work/out" 2>"$work/err" || {
		cat "$work/err"
		return 1
	}
	cat "$work/err" "$work/out"
	[ "$(wc -l <"$work/out")" = 5 ]
}

again() {
	five_exchanges && ! grep -E 'installing|bundling|building' "$work/err"
}

nothing_of_roots() {
	find "$root/home/dev" -xdev ! -uid "$(chroot "$root" id -u dev)" >"$work/roots"
	cat "$work/roots"
	! [ -s "$work/roots" ]
}

recording() {
	dev './claudeinsight examples/slow-api.ciq --from examples/shop.ciqrec'
}

machine nothing
expect 'the first command sets everything up' five_exchanges
expect 'all in the clone belongs to its owner' nothing_of_roots
expect 'the second start sets up nothing' again
expect 'a recording, as the ordinary user' recording

machine npm9
chroot "$root" sh -c 'apt-get update && apt-get install -y --no-install-recommends npm' >"$work/log" 2>&1
echo "node $(chroot "$root" node --version), npm $(chroot "$root" npm --version)"
expect 'a recording first: needs neither root nor clang' recording
expect 'no clang came with it' test ! -e "$root/usr/bin/clang"
expect 'then live capture' five_exchanges
expect 'all in the clone belongs to its owner' nothing_of_roots
step 'passed'
