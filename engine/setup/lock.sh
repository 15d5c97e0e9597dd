# Keeps two starts apart: the second waits, then finds everything done.

# lock ROOT: held until this process and all that it started are gone.
lock() {
	if command -v flock >/dev/null; then
		# A lock on a file that is there anyway: nothing to create as root, nothing to leave behind.
		exec 9<"$1/package.json"
		flock -n 9 && return
		say 'another start is setting up: waiting for it'
		flock 9
	else
		lock_by_folder "$1/.setup-lock"
	fi
}

# Without flock(1), as outside Linux: a folder is made by one only; its owner's pid tells a stale one.
lock_by_folder() {
	until mkdir "$1" 2>/dev/null; do
		[ -w "${1%/*}" ] || return 0
		holder=$(cat "$1/pid" 2>/dev/null)
		if [ -n "$holder" ] && ! kill -0 "$holder" 2>/dev/null; then
			rm -rf "$1"
		else
			sleep 1
		fi
	done
	echo "$$" >"$1/pid"
	held=$1
	trap 'rm -rf "$held"' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
}
