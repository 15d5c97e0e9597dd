// SPDX-License-Identifier: MIT
/*
 * An HTTP client as a 32-bit program: compat PORT. No C library of that width needs to be there. Prints how many bytes it has
 * sent and received.
 */

enum { EXIT = 1, READ = 3, WRITE = 4, CLOSE = 6, SOCKET = 359, CONNECT = 362 };

/* arch/x86/entry/syscalls/syscall_32.tbl */
static int call(int number, int first, int second, int third)
{
	int result;

	__asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(first), "c"(second), "d"(third) : "memory");
	return result;
}

static int text_of(char *text, int number)
{
	char digits[12];
	int count = 0, length = 0;

	do
		digits[count++] = '0' + number % 10;
	while (number /= 10);
	while (count)
		text[length++] = digits[--count];
	return length;
}

/* `words` are those of the command line. */
__attribute__((used)) static void run(char **words)
{
	static const char request[] = "GET /by-32-bits HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
	static char answer[4096];
	struct { unsigned short family, port; unsigned address, rest[2]; } server = { .family = 2, .address = 0x0100007f };
	int fd, sent, got, received = 0, port = 0;
	char text[32];

	for (const char *digit = words[1]; *digit; digit++)
		port = port * 10 + *digit - '0';
	server.port = (unsigned short)(port << 8 | port >> 8);
	fd = call(SOCKET, 2, 1, 0);
	if (fd < 0 || call(CONNECT, fd, (int)&server, sizeof(server)))
		call(EXIT, 1, 0, 0);
	sent = call(WRITE, fd, (int)request, sizeof(request) - 1);
	while ((got = call(READ, fd, (int)answer, sizeof(answer))) > 0)
		received += got;
	call(CLOSE, fd, 0, 0);
	got = text_of(text, sent);
	text[got++] = ' ';
	got += text_of(text + got, received);
	text[got++] = '\n';
	call(WRITE, 1, (int)text, got);
	call(EXIT, sent < 0, 0, 0);
}

/* What the kernel has put on the stack: the number of words, then their addresses. */
__asm__(".globl _start\n_start:\n lea 4(%esp), %eax\n and $-16, %esp\n sub $12, %esp\n push %eax\n call run\n");
