/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * What each system call is to a socket. The descriptor is the first argument. close, connect and accept are not among
 * them: the states of TCP tell of them, and of sockets that end with their process.
 */
#ifndef CIQ_CALL_FORMS_BPF_H
#define CIQ_CALL_FORMS_BPF_H

enum call_kind {
	CALL_OTHER,
	CALL_BUFFER,   /* second argument: the bytes */
	CALL_VECTOR,   /* second: an array of struct iovec; third: its length */
	CALL_MESSAGE,  /* second: a struct user_msghdr */
	CALL_MESSAGES, /* second: an array of struct mmsghdr; the result is their number, not that of bytes */
	CALL_PAGES,    /* no user memory */
	CALL_SPLICE,   /* neither; the third argument is the descriptor that is written to */
};

struct call_form {
	__u8 kind;
	__u8 receives;
	__u8 flags; /* which argument has MSG_*; 0: none */
};

#define CALL_NUMBERS 512 /* a power of two above all in use */

static const volatile struct call_form call_forms[CALL_NUMBERS] = {
	[SYS_READ] = { CALL_BUFFER, 1 },
	[SYS_RECVFROM] = { CALL_BUFFER, 1, 4 },
	[SYS_READV] = { CALL_VECTOR, 1 },
	[SYS_PREADV2] = { CALL_VECTOR, 1 },
	[SYS_RECVMSG] = { CALL_MESSAGE, 1, 3 },
	[SYS_RECVMMSG] = { CALL_MESSAGES, 1, 4 },
	[SYS_SPLICE] = { CALL_SPLICE, 1 },
	[SYS_WRITE] = { CALL_BUFFER, 0 },
	[SYS_SENDTO] = { CALL_BUFFER, 0, 4 },
	[SYS_WRITEV] = { CALL_VECTOR, 0 },
	[SYS_PWRITEV2] = { CALL_VECTOR, 0 },
	[SYS_SENDMSG] = { CALL_MESSAGE, 0, 3 },
	[SYS_SENDMMSG] = { CALL_MESSAGES, 0, 4 },
	[SYS_SENDFILE] = { CALL_PAGES, 0 },
};

static __always_inline struct call_form call_form(__u64 number)
{
	struct call_form other = {};

	if (number >= CALL_NUMBERS)
		return other;
	return (struct call_form){ call_forms[number].kind, call_forms[number].receives, call_forms[number].flags };
}

static __always_inline __u32 message_flags(const struct pt_regs *regs, struct call_form form)
{
	return form.flags == 3 ? THIRD_ARGUMENT(regs) : form.flags == 4 ? FOURTH_ARGUMENT(regs) : 0;
}

/* struct user_msghdr and struct mmsghdr, include/linux/socket.h; only what is read. */
struct user_message {
	__u64 name;
	__u64 name_length;
	__u64 segments_at;
	__u64 segments;
	__u64 control[3];
	__u32 length; /* of a struct mmsghdr */
	__u32 reserved;
};

#define USER_MSGHDR_BYTES __builtin_offsetof(struct user_message, length)

#endif
