/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * The few kernel types and fields that the programs read. Only names and nesting matter: the loader finds the real
 * offsets in the running kernel's BTF (preserve_access_index), so fields of anonymous unions may stand flat here.
 */
#ifndef CIQ_KERNEL_H
#define CIQ_KERNEL_H

typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;
typedef signed char __s8;
typedef short __s16;
typedef int __s32;
typedef long long __s64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u32 __wsum;
typedef _Bool bool;

#define NULL ((void *)0)

/* include/uapi/linux/bpf.h */
enum {
	BPF_MAP_TYPE_HASH = 1,
	BPF_MAP_TYPE_ARRAY = 2,
	BPF_MAP_TYPE_PERCPU_ARRAY = 6,
	BPF_MAP_TYPE_LRU_HASH = 9,
	BPF_MAP_TYPE_LPM_TRIE = 11,
	BPF_MAP_TYPE_SK_STORAGE = 24,
	BPF_MAP_TYPE_RINGBUF = 27,
	BPF_MAP_TYPE_TASK_STORAGE = 29,
	BPF_F_NO_PREALLOC = 1,
	BPF_ANY = 0,
	BPF_NOEXIST = 1,
	BPF_LOCAL_STORAGE_GET_F_CREATE = 1,
	BPF_RB_NO_WAKEUP = 1,
	BPF_RB_FORCE_WAKEUP = 2,
	BPF_RB_AVAIL_DATA = 0,
};

struct bpf_dynptr {
	__u64 opaque[2];
} __attribute__((aligned(8)));

enum { AF_INET = 2, AF_INET6 = 10, IPPROTO_TCP = 6, IPPROTO_MPTCP = 262 };

/* include/net/tcp_states.h */
enum {
	TCP_ESTABLISHED = 1,
	TCP_SYN_SENT,
	TCP_SYN_RECV,
	TCP_FIN_WAIT1,
	TCP_FIN_WAIT2,
	TCP_TIME_WAIT,
	TCP_CLOSE,
	TCP_CLOSE_WAIT,
	TCP_LAST_ACK,
	TCP_LISTEN,
	TCP_CLOSING,
};

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct ns_common {
	__u32 inum;
};
struct net {
	struct ns_common ns;
};
typedef struct {
	struct net *net;
} possible_net_t;
struct in6_addr {
	__u8 u6_addr8[16];
};

struct sock_common {
	__be32 skc_daddr;
	__be32 skc_rcv_saddr;
	__be16 skc_dport;
	__u16 skc_num;
	__u16 skc_family;
	volatile __u8 skc_state;
	possible_net_t skc_net;
	struct in6_addr skc_v6_daddr;
	struct in6_addr skc_v6_rcv_saddr;
	unsigned long skc_flags;
};
typedef struct {
	int owned;
} socket_lock_t;
struct sock {
	struct sock_common __sk_common;
	socket_lock_t sk_lock;
	__u16 sk_protocol;
	__u8 sk_shutdown;
	int sk_err;
};
struct inet_sock {
	__be16 inet_sport;
};
struct tcp_ulp_ops {
	char name[16];
};
struct inet_connection_sock {
	struct inet_sock icsk_inet;
	const struct tcp_ulp_ops *icsk_ulp_ops;
};

enum iter_type { ITER_UBUF, ITER_IOVEC };
enum sock_flags { SOCK_DONE = 1 };
enum { SHUTDOWN_MASK = 3 };

struct iovec {
	void *iov_base;
	__u64 iov_len;
};
struct iov_iter {
	__u8 iter_type;
	__u64 iov_offset;
	const struct iovec *__iov;
	void *ubuf;
	__u64 count;
	unsigned long nr_segs;
};
struct msghdr {
	struct iov_iter msg_iter;
};
struct tcp_fastopen_request {
	struct msghdr *data;
};
struct tcp_sock {
	struct inet_connection_sock inet_conn;
	__u32 copied_seq;
	__u32 rcv_nxt;
	__u32 write_seq;
	__u32 srtt_us;
	__u32 total_retrans;
	__u32 snd_nxt;
	__u64 bytes_received;
	__u64 bytes_sent;
	__u64 bytes_retrans;
	struct tcp_fastopen_request *fastopen_req;
};
struct mptcp_sock {
	struct sock *first;
};

/* Only named in the type of a function; a mere declaration would not match the kernel's. */
struct __sk_buff {
	__u32 len;
};

struct net_device {
	char name[16];
	int ifindex;
	possible_net_t nd_net;
};
struct timespec64 {
	__s64 tv_sec;
};
struct sk_buff {
	struct sock *sk;
	struct net_device *dev;
	int skb_iif;
	char cb[48];
	unsigned int len;
	__u16 transport_header;
	unsigned char *head;
	unsigned char *data;
};
struct tcp_skb_cb {
	__u32 seq;
	__u32 end_seq;
};

struct qstr {
	const unsigned char *name;
};
struct hlist_bl_node {
	struct hlist_bl_node **pprev;
};
struct dentry {
	struct hlist_bl_node d_hash;
	struct dentry *d_parent;
	struct qstr d_name;
};
struct vfsmount {
	struct dentry *mnt_root;
};
struct mount {
	struct mount *mnt_parent;
	struct dentry *mnt_mountpoint;
	struct vfsmount mnt;
};
struct path {
	struct vfsmount *mnt;
	struct dentry *dentry;
};
struct file {
	struct path f_path;
	void *private_data;
};
struct socket {
	struct file *file;
	struct sock *sk;
};
struct fdtable {
	unsigned int max_fds;
	struct file **fd;
};
struct files_struct {
	struct fdtable *fdt;
};
struct mm_struct {
	struct file *exe_file;
};
typedef struct {
	int counter;
} atomic_t;
struct signal_struct {
	atomic_t live;
};
#if defined(__TARGET_ARCH_x86)
struct pt_regs {
	unsigned long r10;
	unsigned long dx;
	unsigned long si;
	unsigned long di;
	unsigned long orig_ax;
};
#elif defined(__TARGET_ARCH_arm64)
struct pt_regs {
	__u64 regs[31];
	__u64 orig_x0;
	int syscallno;
};
#endif

struct pid_namespace {
	struct ns_common ns;
};
struct upid {
	int nr;
	struct pid_namespace *ns;
};
struct pid {
	unsigned int level;
	struct upid numbers[1];
};

struct thread_info {
	unsigned long flags;
	__u32 status; /* x86 only */
};
struct task_struct {
	struct thread_info thread_info;
	unsigned int flags;
	int pid;
	int tgid;
	char comm[16];
	__u64 start_boottime;
	struct task_struct *group_leader;
	struct task_struct *real_parent;
	struct pid *thread_pid;
	struct mm_struct *mm;
	struct signal_struct *signal;
	struct files_struct *files;
};

struct bpf_iter_meta {
	struct seq_file *seq;
};
struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
};
struct bpf_iter__task_file {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
	__u32 fd;
	struct file *file;
};

#pragma clang attribute pop

#endif
