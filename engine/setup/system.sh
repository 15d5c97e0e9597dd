# Programs and headers that come from the distribution.

# The same needs under each package manager's names.
packages_for() {
	case $1:$2 in
	*:npm) echo npm ;;
	apt-get:build) echo clang llvm libbpf-dev ;;
	dnf:build) echo clang llvm libbpf-devel ;;
	pacman:build) echo clang llvm libbpf ;;
	apk:build) echo clang llvm libbpf-dev musl-dev linux-headers ;;
	esac
}

install_command() {
	case $1 in
	apt-get) echo apt-get install -y --no-install-recommends ;;
	dnf) echo dnf install -y ;;
	pacman) echo pacman -S --needed ;;
	apk) echo apk add ;;
	esac
}

# require_system npm|build REASON: returns when it is there, installed now if need be.
require_system() {
	! have "$1" || return 0
	for manager in apt-get dnf pacman apk none; do
		! command -v "$manager" >/dev/null || break
	done
	[ "$manager" != none ] || fail 1 "$2 needs $(packages_for apt-get "$1"); install them with your package manager (names are Debian's)"

	packages=$(packages_for "$manager" "$1")
	command="$(install_command "$manager") $packages"
	if [ "$(id -u)" = 0 ]; then
		as_root=
	elif sudo -n true 2>/dev/null; then
		as_root='sudo -n'
	else
		fail 3 "$2 needs packages that only root may install. $(by_hand)"
	fi
	[ "$manager" = apt-get ] || fail 1 "$2 needs packages that are not installed. $(by_hand)"
	apt_install "$2"
	have "$1" || fail 1 "$packages are installed, but $2 still does not find what it needs; is PATH ($PATH) complete?"
}

by_hand() {
	if command -v sudo >/dev/null; then
		echo "Run: sudo $command"
	else
		echo "Run as root: $command"
	fi
}

have() {
	case $1 in
	npm) command -v npm >/dev/null ;;
	build)
		command -v clang >/dev/null && command -v llvm-strip >/dev/null &&
			echo '#include <bpf/libbpf.h>' | clang -fsyntax-only -x c - 2>/dev/null
		;;
	esac
}

# Uses $packages, $command and $as_root of require_system; the reason is for the messages.
# shellcheck disable=SC2086 # lists of words
apt_install() {
	size=$(apt_size) || {
		refresh_lists
		size=$(apt_size) || fail 1 "apt-get knows no such packages: $packages. Are the distribution's package sources complete?"
	}
	say "$1 needs $packages: $size"
	if [ -t 0 ] && [ -t 2 ]; then
		printf 'claudeinsight: install them now? [Y/n] ' >&2
		read -r answer || answer=no
		case $answer in
		[Nn]*) fail 3 "not installed. When you want it: $(by_hand)" ;;
		esac
	fi
	# A fresh machine often holds the lock itself, for its own updates.
	set -- quietly $as_root env DEBIAN_FRONTEND=noninteractive $command -o DPkg::Lock::Timeout=300
	say "installing $packages (${as_root:+sudo }$command)"
	# Old lists name versions that the mirrors no longer have.
	"$@" || { refresh_lists && "$@"; } || fail 1 "installing $packages failed. $(by_hand)"
}

refresh_lists() {
	say 'refreshing the lists of packages (apt-get update)'
	# shellcheck disable=SC2086 # empty or a command
	quietly $as_root apt-get update || fail 1 'apt-get update failed: are the network and the package sources in order?'
}

# Number of packages and download size; false when the lists do not know a name, as before the first update.
# shellcheck disable=SC2086 # a list of words
apt_size() {
	uris=$(LC_ALL=C apt-get install -qq -y --no-install-recommends --print-uris $packages 2>/dev/null) || return
	echo "$uris" | awk '{ size += $3 } END { printf "%d packages, %.1f MB to fetch\n", NR, size / 1e6 }'
}
