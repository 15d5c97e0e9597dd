# What is missing or older than its sources. A product carries the time at which its build
# began (build.sh), so that a source changed during the build counts as newer.
# shellcheck disable=SC2154 # root is set by the script that reads this

# newer_than PRODUCT SOURCE...: true when the product is missing or a source, or a folder of sources, is newer.
newer_than() {
	product=$1
	shift
	! [ -f "$product" ] || [ -n "$(find "$@" -newer "$product")" ]
}

# npm writes node_modules/.package-lock.json as its last step.
packages_stale() {
	newer_than "$root/node_modules/.package-lock.json" "$root/package-lock.json"
}

node_missing() {
	! [ -x "$root/dist/node" ]
}

# The launcher's own test is the same.
bundle_stale() {
	newer_than "$root/dist/main.cjs" "$root/package-lock.json" "$root/grammar" "$root/engine" "$root/addon"
}

addon_stale() {
	newer_than "$root/dist/addon.node" "$root/package-lock.json" "$root/addon" "$root/bpf"
}

bpf_stale() {
	newer_than "$root/dist/socket.bpf.o" "$root/bpf" || newer_than "$root/dist/syscall.bpf.o" "$root/bpf"
}

# stale WHAT: true when set-up of program, live or all has anything to do.
stale() {
	packages_stale || node_missing && return
	[ "$1" = live ] || ! bundle_stale || return 0
	[ "$1" = program ] || ! addon_stale || return 0
	[ "$1" = program ] || ! bpf_stale || return 0
	return 1
}
