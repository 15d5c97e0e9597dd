#!/bin/sh
# A small shop with customers, all on the loopback interface: something real to look at.
#
#   examples/traffic.sh [SECONDS]    about 30 requests a second until SIGTERM, Ctrl-C or so many seconds
#   sudo ./claudeinsight -e 'watch http | head 5' -- examples/traffic.sh
#
# The shop serves on 127.0.0.1, its customers come from 127.0.0.2 to 127.0.0.6.

here=$(cd -P -- "${0%/*}" && pwd) || exit 1
root=${here%/*}
[ -x "$root/dist/node" ] || "$root/claudeinsight" --setup program || exit
exec "$root/dist/node" "$here/shop/traffic.ts" "$@"
