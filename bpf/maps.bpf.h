/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The maps of both objects: their keys, who writes them, how long an entry lives. */
#ifndef CIQ_MAPS_BPF_H
#define CIQ_MAPS_BPF_H

/* In .bss, mapped into user space: see control.h for who writes what. */
struct ciq_control control;

/* Events to user space. The loader sets the size. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 25);
} events SEC(".maps");

/*
 * What is in here wakes user space, and nothing else does: a descriptor of `events` would be ready as long as something is
 * in there.
 */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} wakes SEC(".maps");

enum speaker { NOBODY, THIS_END, OTHER_END };

/* What is remembered of a TCP socket; it dies with the socket. */
struct socket_state {
	__u64 cookie; /* 0: this state is new */
	__u64 opened_at;
	__u64 established_at;
	__u64 in_next;	 /* position after the last byte reported as received; 0: unknown */
	__u64 out_next;	 /* position of the newest send */
	__u64 out_end;	 /* position of our FIN; 0: none sent */
	__u64 fill_next; /* payload in [fill_next, fill_to) is still to be taken from packets */
	__u64 fill_to;
	__u64 turn;	 /* position where the end that speaks now began to: what comes there may be a head */
	__u32 judged_tgid; /* the process that the cached verdict is about */
	__u32 generation;
	__u32 reported_tgid; /* the process last known to be reported */
	__u8 role;
	__u8 in_scope;
	__u8 opened; /* CIQ_OPEN was sent */
	__u8 speaker; /* enum speaker */
	__u64 crowded; /* at the socket layer only: threads have sent at once */
	struct ciq_tcp_counts counts; /* as its connection ended; zeros: it has not, or none was counted */
	/* While nothing has been sent: see remember_owner(). */
	__u32 owner; /* 0: not known */
	__u32 owner_clauses; /* that it satisfies, of the scope of that generation */
	__u32 owner_generation;
	/* By system calls only. */
	__u64 uncertain_to; /* whose bytes up to here are is not known; 0: it always was */
	__u64 read_outside; /* a process outside the scope has read since the last receive */
	__u64 unseen;	    /* bytes that are counted in control.unseen_bytes */
	__u64 moved;	    /* bytes of both directions, while nothing was told of */
	__u64 suspected_at; /* when unseen.bpf.c found bytes that nothing was told of; 0: never */
	__u32 whole_scope;  /* control.scopes, while everything since is to be told of; 0: it is not */
	__u32 untold;	    /* who is in scope has read or let go of it, and no call of it was judged */
};

/* Where the bytes of a send call lie in user memory. */
struct user_bytes {
	__u64 address;	/* of the bytes, or of the kernel's array of struct iovec */
	__u32 segments; /* entries of that array; 0: the address is of the bytes */
	__u32 offset;	/* into the first entry */
};

/* tgid to start time of processes that were reported; removed at exit. Old ones may fall out: they are reported again. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, __u32);
	__type(value, __u64);
} processes SEC(".maps");

/* The scope: value to the clauses it satisfies. User space writes; the fork and exit hooks keep scope_pids up to date. */
#define SCOPE_MAP(map, map_type, entries, key_type)                                                                    \
	struct {                                                                                                       \
		__uint(type, map_type);                                                                                \
		__uint(max_entries, entries);                                                                          \
		__uint(map_flags, BPF_F_NO_PREALLOC);                                                                  \
		__type(key, key_type);                                                                                 \
		__type(value, __u32);                                                                                  \
	} map SEC(".maps")

SCOPE_MAP(scope_pids, BPF_MAP_TYPE_HASH, 131072, struct ciq_id_key);
SCOPE_MAP(scope_netns, BPF_MAP_TYPE_HASH, 4096, struct ciq_id_key);
SCOPE_MAP(scope_names, BPF_MAP_TYPE_HASH, 4096, struct ciq_name_key);
SCOPE_MAP(scope_ports, BPF_MAP_TYPE_LPM_TRIE, 16384, struct ciq_port_key);
SCOPE_MAP(scope_nets, BPF_MAP_TYPE_LPM_TRIE, 32768, struct ciq_net_key);

#endif
