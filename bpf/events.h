/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The capture event: what the kernel half hands to user space, and what a recording file holds byte for byte.
 * Little-endian, no padding that is not named; every record is a multiple of 8 bytes. engine/capture/events.ts has the
 * same offsets, and a test compiles this header and compares them.
 *
 * Times are CLOCK_MONOTONIC ns. Stream positions are the TCP sequence number unwrapped to 64 bits: the first position
 * seen of a stream is its 32-bit sequence number plus 2^32, so that earlier bytes never make it negative; both ends of
 * one connection agree modulo 2^32.
 */
#ifndef CIQ_EVENTS_H
#define CIQ_EVENTS_H

#ifdef CIQ_USER_SPACE
#include <stdint.h>
typedef uint8_t __u8;
typedef uint16_t __u16;
typedef uint32_t __u32;
typedef uint64_t __u64;
typedef int64_t __s64;
#endif

enum ciq_event_type {
	CIQ_OPEN = 1,	  /* a socket in scope, first sight: before any of its other events */
	CIQ_DATA = 2,	  /* bytes accepted from or copied to a process */
	CIQ_STATE = 3,	  /* a TCP state change that ends a direction, or an error */
	CIQ_CLOSE = 4,	  /* the socket is gone: nothing more will come of it */
	CIQ_RETRANSMIT = 5,
	CIQ_PROCESS = 6,  /* a process that owns a socket in scope, first sight or after exec */
	CIQ_EXE = 7,	  /* the path of a process's executable, after its CIQ_PROCESS */
	CIQ_EXIT = 8,	  /* a process that was reported by CIQ_PROCESS has ended */
	CIQ_LOST = 9,	  /* user space: the counters of loss have moved */
	CIQ_TICK = 10,	  /* user space: the clock, while no events come */
	CIQ_CLOCK = 11,	  /* user space: wall clock = monotonic + offset from here on */
	CIQ_END = 12,	  /* user space: the capture was ended here */
	CIQ_LISTEN = 13,  /* a listening socket found at the start */
	CIQ_STAGE = 14,	  /* stage times of a range that its data event does not have */
	CIQ_INTERFACE = 15, /* a network interface that stages name by its index, first sight */
	CIQ_COUNTS = 16,  /* what TCP has counted of a connection so far */
	CIQ_CHECK = 17,	  /* recordings: the CRC of the records that follow */
};

struct ciq_header {
	__u32 size; /* of the whole record */
	__u8 type;
	__u8 flags; /* of CIQ_OPEN the error, positive errno, of a socket that has ended before; 0: none */
	__u16 reserved;
	__u64 time;
	__u64 cookie; /* of the socket; 0 where there is none */
};

/*
 * Set in the number of a process that has none in the pid namespace of who captured: the rest is the machine's, which stays
 * below 2^22 (PID_MAX_LIMIT of the kernel).
 */
#define CIQ_OUTSIDE 0x80000000U

enum ciq_role { CIQ_ROLE_UNKNOWN = 0, CIQ_ROLE_CLIENT = 1, CIQ_ROLE_SERVER = 2 };

struct ciq_open {
	struct ciq_header h;
	__u32 tgid; /* owner: a data event may later name another */
	__u32 netns;
	__u8 local_addr[16]; /* IPv4 as ::ffff:a.b.c.d */
	__u8 remote_addr[16];
	__u16 local_port; /* host byte order */
	__u16 remote_port;
	__u8 family; /* 4 or 6: as the socket sees it; a mapped IPv4 address counts as 4 */
	__u8 role;   /* from the handshake, else unknown */
	__u8 state;  /* include/net/tcp_states.h; 0: not told */
	__u8 transport; /* IPPROTO_UDP, of packet captures; else TCP */
	__u64 opened_at;      /* SYN sent, or connection accepted by the kernel; 0: before the capture */
	__u64 established_at; /* 0: before the capture */
	__u64 in_pos;	      /* position of the next byte that the process will read */
	__u64 out_pos;	      /* position of the next byte that the process will write */
	__u64 in_before;      /* bytes that the process has read before in_pos; recordings may lack this and the next */
	__u64 out_before;     /* bytes that it has written before out_pos */
};

enum ciq_data_flags {
	CIQ_IN = 1,	   /* received; else sent */
	CIQ_ELSEWHERE = 2, /* the kernel took pages (sendfile, splice): payload, if wanted, comes as CIQ_FILL; received: none comes */
	CIQ_FILL = 4,	   /* only payload, for a range that a CIQ_ELSEWHERE event confirms */
	CIQ_CUT = 8,	   /* payload that is not there was not wanted; without it, it could not be read or is still to come */
	CIQ_NO_FILL = 16,  /* with CIQ_ELSEWHERE: no payload will come, wanted or not */
};

/*
 * Bits of `stage_mask`: the stages whose times are known; those that are not known have no place, readers pass over bits
 * that they do not know. All are CLOCK_MONOTONIC ns, but the last two.
 */
enum ciq_stage_bit {
	/* Sent: of the packets with the first and with the last byte of the range. */
	CIQ_STAGE_QUEUED = 0,	  /* handed to the queue of the device (net_dev_queue) */
	CIQ_STAGE_QUEUED_END = 1,
	CIQ_STAGE_SENT = 2,	  /* handed to the driver of the device (net_dev_start_xmit) */
	CIQ_STAGE_SENT_END = 3,
	/* Received: of the one packet that brought the range. */
	CIQ_STAGE_RECEIVED = 4, /* taken from the device (netif_receive_skb) */
	CIQ_STAGE_TCP = 5,	/* at TCP (tcp_probe) */
	CIQ_STAGE_READABLE = 6, /* the process was told (sk_data_ready) */
	CIQ_STAGE_INTERFACE = 7, /* index of the device in the namespace of the socket */
	CIQ_STAGE_RTT = 8,	 /* smoothed round trip of the connection at this moment, ns */
};

struct ciq_data {
	struct ciq_header h; /* time: accepted by the kernel (sent) or copied to the process (received) */
	__u64 pos;
	__u32 len;	/* bytes of the stream that this event stands for */
	__u32 captured; /* the first `captured` of them follow */
	__u64 start;	/* sent: the first byte reached TCP; received: = time */
	__u32 tgid;	/* of the process that sent or read */
	__u16 stage_mask; /* which stage times stand between this struct and the payload, one u64 a bit, lowest first */
	__u16 reserved;
	/* __u64 stages[popcount(stage_mask)]; __u8 payload[captured]; padding to 8 */
};

enum ciq_state_flags {
	CIQ_LET_GO = 1, /* the process has closed both directions: what still comes is not for it */
};

struct ciq_state {
	struct ciq_header h; /* flags: of enum ciq_state_flags; older recordings have none */
	__u8 old_state; /* include/net/tcp_states.h */
	__u8 new_state;
	__u16 error;   /* sk_err, positive errno; 0: none */
	__u32 reserved;
	__u64 in_end;  /* position after the last byte received in order; FIN not counted */
	__u64 out_end; /* position after the last byte accepted from the process; 0: who sends is not, or no more, told of */
};

/* What TCP has counted of a connection, in events about it. */
struct ciq_tcp_counts {
	__u64 rtt;	   /* smoothed round trip, ns; 0: none was measured */
	__u32 retransmits; /* segments sent again */
	__u32 reserved;
};

struct ciq_close {
	struct ciq_header h;
	__u16 error;
	__u16 reserved[3];
	struct ciq_tcp_counts counts; /* recordings may lack this and the next */
	__u64 in_read;		      /* position behind the last byte that the process has taken; 0: not known */
};

struct ciq_counts {
	struct ciq_header h;
	struct ciq_tcp_counts counts;
};

struct ciq_retransmit {
	struct ciq_header h; /* flags: 0, of packet captures CIQ_IN as well */
	__u64 pos;
	__u32 len;
	__u32 reserved;
};

struct ciq_process {
	struct ciq_header h;
	__u32 tgid;
	__u32 parent; /* its tgid */
	__u64 started; /* start_boottime ns: with tgid, the identity of a process */
	char comm[16]; /* of the group leader */
	char exe[64];  /* base name of the executable, NUL-terminated */
};

enum ciq_exe_flags {
	CIQ_NAMES = 1,	  /* in place of the path its names, the last first, each with a NUL; older recordings have paths */
	CIQ_UNLINKED = 2, /* the file has been deleted, or never had a path (memfd_create) */
};

struct ciq_exe {
	struct ciq_header h;
	__u32 tgid;
	__u32 len;
	__u64 started;
	/* char path[len]; padding to 8 */
};

struct ciq_exit {
	struct ciq_header h;
	__u32 tgid;
	__u32 reserved;
	__u64 started;
};

/* Totals since the start of the capture. */
struct ciq_lost {
	struct ciq_header h;
	__u64 ring_full;     /* events that found no room in the ring */
	__u64 ring_full_bytes; /* stream bytes that those events stood for */
	__u64 helper_failed; /* a read of kernel or user memory, or a map update, failed */
	__u64 contended;     /* sends that could not be attributed (two senders at once): a gap */
	__u64 unseen;	     /* connections whose bytes went past the system calls; recordings may lack this and the next */
	__u64 unseen_bytes;  /* of both directions */
	__u64 mptcp;	     /* connections over native MPTCP; recordings may lack this and the next */
	__u64 mptcp_bytes;   /* of both directions */
};

struct ciq_clock {
	struct ciq_header h;
	__s64 offset; /* ns */
};

struct ciq_listen {
	struct ciq_header h;
	__u8 addr[16];
	__u32 netns;
	__u16 port;
	__u8 family;
	__u8 reserved;
};

/*
 * Sent: bytes that reached the device only after their send call had returned, after their data event. Received: a part
 * of the next data event of the direction, where several packets brought its bytes; that event then has no times itself.
 */
struct ciq_stage {
	struct ciq_header h; /* flags: CIQ_IN or 0 */
	__u64 pos;
	__u32 len;
	__u16 stage_mask;
	__u16 reserved;
	/* __u64 stages[popcount(stage_mask)] */
};

struct ciq_interface {
	struct ciq_header h;
	__u32 netns;
	__u32 index;
	char name[16]; /* NUL-terminated */
};

enum ciq_check_flags {
	CIQ_LAST = 1, /* the last of the records that follow is CIQ_END */
};

/* In files only, in front of every few records; recordings whose header has no CRC have none. */
struct ciq_check {
	struct ciq_header h; /* time: the largest of the records */
	__u64 offset; /* of this record in the file: bytes of another recording, as payload, are none of this one */
	__u32 len;    /* of the records, up to the next check */
	__u32 crc;    /* CRC-32 of the records, then of this record up to here; it begins with that of the header */
};

/* CIQ_TICK and CIQ_END are a bare header. */

#endif
