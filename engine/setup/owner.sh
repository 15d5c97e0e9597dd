# Under sudo, what is built belongs to the owner of the clone.

# owner_of FOLDER: its numeric user and group.
owner_of() {
	# shellcheck disable=SC2012 # stat(1) has no portable form; -n prints numbers, -d one line
	ls -dn -- "$1" | awk '{ print $3, $4; exit }'
}

# as_owner FOLDER COMMAND...: runs the command as the owner of the folder if we are root and it is not, with
# that user's groups and HOME: npm reads its settings and keeps its cache there.
as_owner() {
	owner=$(owner_of "$1")
	shift
	if [ "$(id -u)" != 0 ] || [ "${owner% *}" = 0 ]; then
		"$@"
		return
	fi
	# A container's root may work in a clone whose owner it knows only as a number.
	entry=$(getent passwd "${owner% *}" 2>/dev/null)
	name=${entry%%:*}
	home=${entry%:*}
	home=${home##*:}
	if command -v setpriv >/dev/null; then
		groups=--clear-groups
		[ -z "$name" ] || groups=--init-groups
		setpriv --reuid="${owner% *}" --regid="${owner#* }" "$groups" \
			env HOME="${home:-/}" USER="$name" LOGNAME="$name" "$@"
	else
		# shellcheck disable=SC2016 # expanded by the inner shell
		su -s /bin/sh -c 'exec "$0" "$@"' "$name" "$@"
	fi
}
