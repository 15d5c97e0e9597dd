#!/bin/sh
# npm run properties [-- SECONDS]: the property tests, again and again with new values, for 10 minutes unless told.
# The first failure ends it: fast-check prints its seed, which CIQ_SEED brings back.
set -u
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd) || exit 1
cd "$root" || exit 1
case ${1:-600} in *[!0-9]*)
	echo 'usage: npm run properties [-- SECONDS]' >&2
	exit 2
	;;
esac
./claudeinsight --setup all || exit
export CIQ_SEED=random
files=$(grep -rl --include='*.test.ts' support/property.ts test | grep -v '^test/live/')
end=$(($(date +%s) + ${1:-600}))
rounds=0
while [ "$(date +%s)" -lt "$end" ]; do
	# shellcheck disable=SC2086 # the names of test files hold no blanks
	dist/node --test --test-reporter=dot --test-concurrency=2 $files || exit
	rounds=$((rounds + 1))
done
echo "$rounds rounds"
