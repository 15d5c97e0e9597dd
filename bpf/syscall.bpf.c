// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * The programs of a live capture by system calls, as one object, for kernels without the hooks that socket.bpf.c needs:
 * nothing newer than Linux 5.15 is used, so no kernel functions, no bpf_loop() and no dynptr. The events are the same.
 */
#define CIQ_UNTYPED_SOCKETS

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
#include "socket-table.bpf.h"
#include "ring.bpf.h"
#include "tuple.bpf.h"
#include "pid-namespace.bpf.h"
#include "scope.bpf.h"
#include "unseen.bpf.h"
#include "socket.bpf.h"
#include "packet.bpf.h"
#include "stage-times.bpf.h"
#include "transfer.bpf.h"
#include "descriptor.bpf.h"
#include "call-forms.bpf.h"
#include "call-payload.bpf.h"
#include "stages.bpf.h"
#include "exe-path.bpf.h"

/* No payload is taken from packets. */
static __always_inline void take_fill(struct sk_buff *skb)
{
}

#include "pid-namespace.bpf.c"
#include "process.bpf.c"
#include "mptcp.bpf.c"
#include "existing.bpf.c"
#include "departure.bpf.c"
#include "arrival.bpf.c"
#include "readable.bpf.c"
#include "calls.bpf.c"
#include "unseen.bpf.c"
#include "state.bpf.c"
#include "quiet.bpf.c"

/* The kernel lets only programs under a GPL-compatible licence use the helpers that are needed here. */
char LICENSE[] SEC("license") = "Dual MIT/GPL";
