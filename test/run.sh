#!/bin/sh
# npm test: sets up all that the tests need, then types, lint and every test. Runs from any Node and npm.
# Live tests load BPF programs and so need root; without it they do not run, and the whole run fails, saying so.
set -u
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd) || exit 1
cd "$root" || exit 1
. engine/setup/report.sh

# The programs that tests observe or drive, with their packages' names in Debian.
programs='nginx:nginx-light curl:curl wrk:wrk python3:python3 ip:iproute2'
# Those that answers are compared with, or that change packets on their way; without them these tests are skipped.
judges='tshark:tshark tcpdump:tcpdump iptables:iptables dot:graphviz /usr/lib/python3/dist-packages/prometheus_client:python3-prometheus-client'

# missing PROGRAM:PACKAGE...: the packages of those that are not installed; a path is that of a folder.
missing() {
	for program in "$@"; do
		command -v "${program%:*}" >/dev/null || [ -d "${program%:*}" ] || printf ' %s' "${program#*:}"
	done
}

# install PACKAGE...: without asking; that of tshark asks who may capture, and nobody but root need.
install() {
	quietly env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
}

# shellcheck disable=SC2046,SC2086 # lists of words
{
	needed=$(missing $programs)
	wanted=$(missing $judges)
	if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
		if [ -n "$needed$wanted" ]; then
			say "installing what the tests observe:$needed$wanted"
			quietly apt-get update || fail 1 'apt-get update failed'
		fi
		if [ -n "$needed" ]; then install $needed || fail 1 'apt-get install failed'; fi
		if [ -n "$wanted" ]; then install $wanted || say "not installed, so nothing is compared with them:$wanted"; fi
	elif [ -n "$needed" ]; then
		fail 3 "the tests need programs that are not installed. Run: sudo apt-get install -y --no-install-recommends$needed$wanted"
	fi
}
./claudeinsight --setup all || exit

# Other users read what tests make: the workers of nginx, and nobody, who runs claudeinsight without rights.
umask 022
# dist/node, for the scripts of npm packages that look for a node.
export PATH="$root/dist:$PATH"
failed=
summary=

# part NAME COMMAND...: runs it, notes its result and how long it took.
part() {
	name=$1
	shift
	printf '\n== %s\n' "$name"
	start=$(date +%s)
	if "$@"; then
		result=passed
	else
		result=FAILED
		failed=yes
	fi
	summary="$summary
$name: $result, $(($(date +%s) - start)) s"
}

# A part takes about 4 minutes on two cores; all three together stay below what CI is given.
limit_minutes=12

# A file that leaves a timer, a socket or a program behind would never end by itself, and the time limit of tests is not one
# of files. In the foreground, so that Ctrl-C ends all.
tests() {
	# shellcheck disable=SC2046 # the names of test files hold no blanks
	timeout --foreground -k 30 "${limit_minutes}m" node --test --test-timeout=300000 --test-concurrency="$1" \
		$(find test -name '*.test.ts' "$2" -path 'test/live/*' | sort)
	status=$?
	case $status in
	124 | 137) say "the tests did not end within $limit_minutes minutes: the file behind 'Interrupted while running' does not" ;;
	esac
	return $status
}

part types node_modules/.bin/tsc
part lint node_modules/.bin/biome ci --config-path=.ci grammar engine addon examples test
part tests tests 2 !
if [ "$(id -u)" = 0 ]; then
	# One at a time: they measure delays, memory and counts.
	part 'live tests' tests 1 -a
	# Again as on older kernels.
	export CIQ_CAPTURE_MODE=syscall
	part 'live tests at system calls' tests 1 -a
	unset CIQ_CAPTURE_MODE
else
	failed=yes
	summary="$summary
live tests: NOT RUN, they load BPF programs and need root: sudo npm test"
fi

printf '\n== summary%s\n' "$summary"
[ -z "$failed" ]
