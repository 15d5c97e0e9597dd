/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * What user space and the BPF programs share while they run: `struct ciq_control` is the only variable in .bss and is
 * mapped into user space; the keys are those of the scope maps. engine/capture/live-control.ts has the same offsets,
 * and a test compares them.
 *
 * A scope is up to 32 clauses, one bit each. Each map value is the set of clauses which that value satisfies, so the
 * verdict on a socket is one AND over the dimensions. There are two banks: a new scope is written into the bank that is
 * not in use, then `bank` is turned and `generation` moves on, so that no packet ever sees half of a scope.
 */
#ifndef CIQ_CONTROL_H
#define CIQ_CONTROL_H

/* From this release on kernels preempt programs of tracepoints, by KERNEL_VERSION(): 6.18 is known not to, 7.3 to do so. */
#define CIQ_PREEMPTING_KERNEL 0x061300

/* A budget without a limit. */
#define CIQ_EVERYTHING (~0ULL)

enum ciq_dimension {
	CIQ_BY_PID,
	CIQ_BY_COMM,
	CIQ_BY_LOCAL_PORT,
	CIQ_BY_REMOTE_PORT,
	CIQ_BY_LOCAL_NET,
	CIQ_BY_REMOTE_NET,
	CIQ_BY_SIDE,
	CIQ_BY_NETNS,
	CIQ_DIMENSIONS,
};

struct ciq_scope {
	__u32 clauses;		     /* the bits in use; 0: nothing is in scope */
	__u32 inherit;		     /* clauses that take in what their processes start */
	__u32 free[CIQ_DIMENSIONS];  /* clauses that do not restrict the dimension */
	__u32 side[3];		     /* by enum ciq_role; an unknown role satisfies all */
	__u32 reserved;
};

/*
 * A socket of whose ports none is within these has not been in scope yet: most of a machine's are told by that. With every
 * scope they grow, and they never shrink, for the end of a call that was in scope must be seen.
 */
struct ciq_port_bounds {
	__u16 local_from;
	__u16 local_to;
	__u16 remote_from;
	__u16 remote_to;
};

struct ciq_control {
	/* Counters of struct ciq_lost, written by BPF. */
	__u64 ring_full;
	__u64 ring_full_bytes;
	__u64 helper_failed;
	__u64 contended;
	__u64 unseen;
	__u64 unseen_bytes;
	__u64 mptcp;
	__u64 mptcp_bytes;

	__u64 sockets;	   /* given out as cookies */
	__u64 budget;	   /* payload bytes copied of what an end says before the other answers; all ones: everything */
	__u32 wake_at;	   /* bytes in the ring for which user space is to be woken, once; 0: it comes by itself */
	__u32 fill;	   /* payload of sends without user memory is wanted */
	__u32 generation;  /* changes whenever a cached verdict may be stale; never 0 */
	__u32 bank;
	__u32 stages;	   /* wanted ones: enum ciq_stages_wanted */
	__u32 filling;	   /* sockets of which packets with wanted payload are still to come; written by BPF */
	__u32 scopes;	   /* how many were set so far */
	/* Of user space, written by BPF: how far below the machine's, 0 for that itself, and its inode number. */
	__u32 pid_level;
	__u32 pid_namespace;
	__u32 reserved;
	struct ciq_port_bounds ports;
	struct ciq_scope scope[2];
};

#define CIQ_NAME_BYTES 64 /* of an executable's base name, NUL included; comm has 16 */

/* Each with hooks of its own, which may be attached for something else as well. */
enum ciq_stages_wanted {
	CIQ_STAGES_IN = 1,    /* of bytes that are received */
	CIQ_STAGES_OUT = 2,   /* of bytes that are sent: how far they are told of */
	CIQ_STAGES_QUEUE = 4, /* of those, when they leave */
	CIQ_STAGES_READY = 8, /* the kernel does not tell when bytes are readable: packets do */
};

enum ciq_end { CIQ_LOCAL = 0, CIQ_REMOTE = 1 };

/* A thread group, or a network namespace by inode number. */
struct ciq_id_key {
	__u32 bank;
	__u32 id;
};

struct ciq_name_key {
	__u32 bank;
	char name[CIQ_NAME_BYTES];
};

/* A trie compares bits in the order of the bytes, so bank and end are simply the first 16 bits of the prefix. */
struct ciq_port_key {
	__u32 prefix_bits;
	__u8 bank;
	__u8 end;
	__u8 port[2]; /* network byte order */
};

struct ciq_net_key {
	__u32 prefix_bits;
	__u8 bank;
	__u8 end;
	__u8 addr[16]; /* IPv4 as ::ffff:a.b.c.d */
	__u8 reserved[2];
};

#endif
