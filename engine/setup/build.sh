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

# bundle: dist/main.cjs, the program and its libraries. CommonJS, as start-up snapshots take nothing else.
bundle() {
	say 'bundling the program (esbuild)'
	mkdir -p "$build/bundle"
	# protobufjs: only sketches-js's wire format, which we do not use, asks for it.
	# Without blanks the program starts 5% sooner; names stay, and node engine/main.ts runs the sources themselves.
	# import.meta is empty in CommonJS: engine/project-root.ts does without.
	# rxjs gives Node its CommonJS build, of which nothing can be left out.
	# The binary itself: its launcher in JavaScript starts only after the package's install script.
	quietly "$root"/node_modules/@esbuild/*/bin/esbuild "$root/engine/main.ts" --bundle --format=cjs \
		--platform=node --target=node24 --log-level=warning --log-override:empty-import-meta=silent \
		--external:protobufjs/minimal --alias:rxjs="$root/node_modules/rxjs/dist/esm/index.js" --minify-whitespace --minify-syntax --outfile="$build/bundle/main.cjs" ||
		fail 1 'the bundle could not be built'
	snapshot
	finish "$build/bundle/main.cjs"
}

# snapshot: dist/main.snapshot, the heap of the bundle after its warm-up (engine/warm-up.ts): a start from it costs a
# fifth. Only Node of the very version that made it takes it, so there is one only where the lock file says which that is;
# and without the cache of Node's own code (trim-snapshot.ts), because that is bound to the kind of processor, too.
snapshot() {
	case $(readlink "$root/dist/node") in
	../node_modules/*)
		say 'preparing a quick start (node)'
		echo '{ "builder": "dist/.build/bundle/main.cjs" }' >"$build/snapshot.json"
		# It is tried out: on a full disk Node writes half of one and does not say so.
		if (cd "$root" && unset NODE_OPTIONS &&
			quietly dist/node --snapshot-blob "$build/main.snapshot" --build-snapshot-config "$build/snapshot.json" &&
			quietly dist/node engine/setup/trim-snapshot.ts "$build/main.snapshot" &&
			quietly dist/node --snapshot-blob "$build/main.snapshot" "$build/bundle/main.cjs" --version); then
			finish "$build/main.snapshot"
			return
		fi
		say 'it could not be prepared: all works, but starts more slowly'
		;;
	esac
	rm -f "$root/dist/main.snapshot"
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
# What is bundled for one Node may not fit another.
! node_missing || { link_node && rm -f "$root/dist/main.cjs"; } || exit
[ "$1" = live ] || ! bundle_stale || bundle || exit
[ "$1" = program ] || ! addon_stale || addon || exit
[ "$1" = program ] || ! bpf_stale || bpf || exit
rm -rf "$build"
