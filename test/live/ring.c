// SPDX-License-Identifier: MIT
/* An HTTP client that sends and receives by io_uring: ring PORT. Prints how many bytes came. */
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

static int submit(unsigned char opcode, int fd, void *bytes, unsigned length)
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
	if (syscall(__NR_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) < 0)
		return -1;
	done = (struct io_uring_cqe *)(rings + params.cq_off.cqes) + (*head & *(unsigned *)(rings + params.cq_off.ring_mask));
	__atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);
	return done->res;
}

int main(int count, char **words)
{
	struct sockaddr_in server = { .sin_family = AF_INET, .sin_port = htons(atoi(words[1])),
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	char request[] = "GET /by-ring HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", answer[4096];
	int fd = socket(AF_INET, SOCK_STREAM, 0), got, total = 0;

	ring = syscall(__NR_io_uring_setup, 4, &params);
	if (ring < 0) {
		perror("io_uring_setup");
		return 2;
	}
	rings = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_SQ_RING);
	entries = mmap(NULL, params.sq_entries * sizeof(*entries), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_SQES);
	if (rings == MAP_FAILED || entries == MAP_FAILED || connect(fd, (struct sockaddr *)&server, sizeof(server))) {
		perror("ring");
		return 1;
	}
	submit(IORING_OP_SEND, fd, request, sizeof(request) - 1);
	while ((got = submit(IORING_OP_RECV, fd, answer, sizeof(answer))) > 0)
		total += got;
	printf("%d\n", total);
	return got < 0;
}
