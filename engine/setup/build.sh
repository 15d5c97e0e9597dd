#!/bin/sh
# build.sh program|live|all: builds what is missing or older than its sources, as the owner of the clone
# and under the lock of setup.sh. Everything is made in dist/.build and moved in place when it is whole, so
# that a build killed half way is simply begun again by the next start.

root=$(cd -P -- "${0%/*}/../.." && pwd) || exit 1
. "$root/engine/setup/report.sh"
. "$root/engine/setup/stale.sh"
build=$root/dist/.build

install_packages() {
	say 'installing Node 24 and the libraries (npm ci)'
	major=$(npm --version)
	major=${major%%.*}
	[ "${major:-0}" -ge 7 ] || fail 1 "npm $major is too old for this lock file: npm 7 or newer is needed"
	# An owner without a home, as in a container, has no place for npm's cache.
	[ -w "${HOME:-/}" ] || export npm_config_cache="$build/npm"
	# Included by name: NODE_ENV=production or a user's settings would leave out esbuild or Node.
	(cd "$root" && quietly npm ci --include=dev --include=optional --ignore-scripts --no-audit --no-fund --loglevel=error) ||
		fail 1 "npm ci failed: are the network and npm's settings in order? By hand: cd $root && npm ci"
	whole && return
	rm -f "$root/node_modules/.package-lock.json"
	fail 1 'npm ci left out Node or esbuild, as it does when a download breaks: please start again'
}

# npm forgives whatever goes wrong with an optional package, and these are: there is one for each kind of machine.
whole() {
	set -- "$root"/node_modules/@esbuild/*/bin/esbuild
	[ -x "$1" ] || return
	case $(uname -sm) in
	'Linux x86_64' | 'Linux aarch64')
		set -- "$root"/node_modules/node-linux-*/bin/node
		[ -x "$1" ]
		;;
	esac
}

# dist/node is the Node to run with; a relative link, so that a clone may be moved.
link_node() {
	cd "$root/dist" || exit
	for node in ../node_modules/node-linux-*/bin/node "$(command -v node)"; do
		case $("$node" --version 2>/dev/null) in
		v2[4-9].* | v[3-9][0-9].*)
			ln -s "$node" "$build/node" && mv -f "$build/node" node
			return
			;;
		esac
	done
	fail 1 "no Node 24 runs here ($(uname -sm)): install Node 24 or newer, so that 'node' is found"
}

# Libraries in CommonJS call require, which a module does not have.
# shellcheck disable=SC2016 # JavaScript
banner='import { createRequire as createBundleRequire } from "node:module"; const require = createBundleRequire(import.meta.url);'

# bundle: dist/main.js and, for what is loaded lazily, dist/chunks/.
bundle() {
	say 'bundling the program (esbuild)'
	# protobufjs: only sketches-js's wire format, which we do not use, asks for it.
	# Without blanks the program starts 5% sooner; names stay, and node engine/main.ts runs the sources themselves.
	# The binary itself: its launcher in JavaScript starts only after the package's install script.
	quietly "$root"/node_modules/@esbuild/*/bin/esbuild "$root/engine/main.ts" --bundle --splitting --format=esm \
		--platform=node --target=node24 --banner:js="$banner" --log-level=warning \
		--external:protobufjs/minimal --minify-whitespace --minify-syntax \
		--chunk-names='chunks/[name]-[hash]' --outdir="$build/bundle" ||
		fail 1 'the bundle could not be built'
	mkdir -p "$root/dist/chunks"
	! [ -d "$build/bundle/chunks" ] || mv -f "$build"/bundle/chunks/* "$root/dist/chunks/"
	# Older chunks stay for a day: a program that still runs may yet load its own.
	find "$root/dist/chunks" -name '*.js' -mtime +0 -exec rm -f {} +
	# What Node has kept of compiled code is of the old bundle.
	rm -rf "$root/dist/.cache"
	finish "$build/bundle/main.js"
}

addon() {
	say 'building the addon (clang)'
	quietly sh "$root/addon/build.sh" "$build/addon.node" || fail 1 'the addon could not be built'
	finish "$build/addon.node"
}

bpf() {
	say 'building the BPF objects (clang)'
	for object in socket syscall; do
		quietly sh "$root/bpf/build.sh" "$build/$object.bpf.o" || fail 1 "the BPF object '$object' could not be built"
	done
	# Together: the one that was finished must not hide that the other was not.
	for object in socket syscall; do
		finish "$build/$object.bpf.o"
	done
}

# finish FILE: moves a product in place, with the time at which the build began.
finish() {
	touch -r "$build/began" "$1" && mv -f "$1" "$root/dist/"
}

rm -rf "$build"
mkdir -p "$build" || fail 3 "cannot write to $root/dist: does it belong to $(id -un)?"
: >"$build/began"
! packages_stale || install_packages || exit
! node_missing || link_node || exit
[ "$1" = live ] || ! bundle_stale || bundle || exit
[ "$1" = program ] || ! addon_stale || addon || exit
[ "$1" = program ] || ! bpf_stale || bpf || exit
rm -rf "$build"
