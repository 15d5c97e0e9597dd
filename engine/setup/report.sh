# What set-up says, all of it on stderr: stdout belongs to the results of the query.

say() {
	printf 'claudeinsight: %s\n' "$*" >&2
}

# fail STATUS TEXT...: what is wrong and the mend, then exit.
fail() {
	status=$1
	shift
	say "$*"
	exit "$status"
}

# quietly COMMAND...: runs it without its output or our input (a query may wait on stdin); only when it
# fails are its last lines shown. Returns its status.
quietly() {
	log=$(mktemp) || return
	"$@" >"$log" 2>&1 </dev/null
	status=$?
	[ "$status" = 0 ] || tail -n 15 "$log" | sed 's/^/    /' >&2
	rm -f "$log"
	return "$status"
}
