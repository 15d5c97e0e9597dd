#!/bin/sh
# setup.sh program|live|all: sets up what is missing or older than its sources. program: Node, the
# libraries and the bundle; live: what live capture adds, the addon and the BPF object; all: both.
# Exit status: 0 done, 1 a step failed, 2 usage, 3 not allowed to; the message has the mend.
#
# Only system packages are installed with the rights of the one who calls; all else is built by build.sh
# as the owner of the clone, so that sudo leaves no file of root's in it.

root=$(cd -P -- "${0%/*}/../.." && pwd) || exit 1
. "$root/engine/setup/report.sh"
. "$root/engine/setup/stale.sh"
. "$root/engine/setup/lock.sh"
. "$root/engine/setup/owner.sh"
. "$root/engine/setup/system.sh"

case $1 in
program | live | all) ;;
*) fail 2 "--setup takes program, live or all, not '$1'" ;;
esac
[ "$1" = program ] || [ "$(uname -s)" = Linux ] || fail 3 "live capture needs Linux; this is $(uname -s)"

# Looked at before the lock, which another start may hold that finds nothing to do either, and again when we have it.
stale "$1" || exit 0
lock "$root"
stale "$1" || exit 0
case $1 in
live) product=addon.node ;;
*) product=main.cjs ;;
esac
state='is not yet set up there'
! [ -f "$root/dist/$product" ] || state='was changed there since it was set up'
for folder in "$root" "$root/dist"; do
	! [ -e "$folder" ] || [ -w "$folder" ] ||
		fail 3 "cannot write to $folder, and claudeinsight $state. Run once as its owner: $root/claudeinsight --setup $1"
done

! packages_stale || require_system npm 'installing the libraries'
if [ "$1" != program ] && { addon_stale || bpf_stale; }; then
	require_system build 'live capture'
fi
as_owner "$root" sh "$root/engine/setup/build.sh" "$1"
