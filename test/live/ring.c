// SPDX-License-Identifier: MIT
/*
 * An HTTP client that moves its bytes by io_uring: ring PORT WHAT. `all`: both ways; `answer`: it sends by a system call;
 * `request`: it receives by system calls; `stay`: both ways, and it closes only at the end of its input; `older`: as that,
 * and it waits for a byte of input before it sends; `armed`: both ways, and it ends while it waits to receive more, without
 * closing. Prints that it is connected, and how many bytes it has sent and received.
 */
#include <arpa/inet.h>
#include <linux/io_uring.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static int ring;
static char *rings;
static struct io_uring_sqe *entries;
static struct io_uring_params params;

static int submit(unsigned char opcode, int fd, void *bytes, unsigned length, int waits)
{
	unsigned *tail = (unsigned *)(rings + params.sq_off.tail);
	unsigned *head = (unsigned *)(rings + params.cq_off.head);
	struct io_uring_cqe *done;

	memset(&entries[0], 0, sizeof(entries[0]));
	entries[0].opcode = opcode;
	entries[0].fd = fd;
	entries[0].addr = (unsigned long)bytes;
	entries[0].len = length;
	((unsigned *)(rings + params.sq_off.array))[*tail & *(unsigned *)(rings + params.sq_off.ring_mask)] = 0;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
	if (syscall(__NR_io_uring_enter, ring, 1, waits, waits ? IORING_ENTER_GETEVENTS : 0, NULL, 0) < 0)
		return -1;
	if (!waits)
		return 0;
	done = (struct io_uring_cqe *)(rings + params.cq_off.cqes) + (*head & *(unsigned *)(rings + params.cq_off.ring_mask));
	__atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);
	return done->res;
}

int main(int count, char **words)
{
	struct sockaddr_in server = { .sin_family = AF_INET, .sin_port = htons(atoi(words[1])),
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	char request[] = "GET /by-ring HTTP/1.1\r\nHost: x\r\n\r\n", answer[4096];
	int fd = socket(AF_INET, SOCK_STREAM, 0), size = sizeof(request) - 1, got;
	const char *what = words[2];

	ring = syscall(__NR_io_uring_setup, 4, &params);
	if (ring < 0) {
		perror("io_uring_setup");
		return 2;
	}
	/* Both rings fit in one page; kernels as old as 5.15 refuse to map more than there is. */
	rings = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_SQ_RING);
	entries = mmap(NULL, params.sq_entries * sizeof(*entries), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_SQES);
	if (rings == MAP_FAILED || entries == MAP_FAILED || connect(fd, (struct sockaddr *)&server, sizeof(server))) {
		perror("ring");
		return 1;
	}
	puts("connected");
	fflush(stdout);
	if (!strcmp(what, "older"))
		read(0, answer, 1);
	if ((strcmp(what, "answer") ? submit(IORING_OP_SEND, fd, request, size, 1) : write(fd, request, size)) != size)
		return 1;
	/* The answer is small: it comes in one piece. */
	if (strcmp(what, "request"))
		got = submit(IORING_OP_RECV, fd, answer, sizeof(answer), 1);
	else
		got = read(fd, answer, sizeof(answer));
	printf("%d %d\n", size, got);
	fflush(stdout);
	if (!strcmp(what, "armed")) {
		submit(IORING_OP_RECV, fd, answer, sizeof(answer), 0);
		_exit(got <= 0);
	}
	if (!strcmp(what, "stay") || !strcmp(what, "older"))
		read(0, answer, sizeof(answer));
	return got <= 0;
}
