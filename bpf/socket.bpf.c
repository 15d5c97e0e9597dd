// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* The programs of a live capture at the socket layer, as one object: events.h says what comes out of it. */
#include "kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>

#include "events.h"
#include "control.h"
#include "syscalls.bpf.h"
#include "access.bpf.h"
#include "maps.bpf.h"
#include "processor.bpf.h"
#include "socket-maps.bpf.h"
#include "ring.bpf.h"
#include "tuple.bpf.h"
#include "pid-namespace.bpf.h"
#include "scope.bpf.h"
#include "unseen.bpf.h"
#include "socket.bpf.h"
#include "packet.bpf.h"
#include "stage-times.bpf.h"
#include "transfer.bpf.h"
#include "small-record.bpf.h"
#include "payload.bpf.h"
#include "stages.bpf.h"
#include "exe-path.bpf.h"

#include "pid-namespace.bpf.c"
#include "process.bpf.c"
#include "mptcp.bpf.c"
#include "existing.bpf.c"
#include "fill.bpf.c"
#include "departure.bpf.c"
#include "arrival.bpf.c"
#include "readable.bpf.c"
#include "send.bpf.c"
#include "receive.bpf.c"
#include "state.bpf.c"
#include "quiet.bpf.c"

/* The kernel lets only programs under a GPL-compatible licence use the helpers that are needed here. */
char LICENSE[] SEC("license") = "Dual MIT/GPL";
