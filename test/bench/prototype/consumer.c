/*
 * consumer OBJECT PORT data|stages server|both: takes the events of prototype.bpf.c out of their ring and looks at none of
 * them, until SIGINT.
 */
#include <bpf/libbpf.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* As the programs have them. */
struct settings {
	unsigned short port;
	unsigned short both_ends;
};

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
	(void)signal;
	stopped = 1;
}

static int count(void *events, void *event, size_t length)
{
	(void)event;
	(void)length;
	++*(unsigned long *)events;
	return 0;
}

static void fail(const char *what)
{
	fprintf(stderr, "consumer: %s failed\n", what);
	exit(1);
}

static int is_stage(const char *name)
{
	static const char *const stages[] = { "net_dev_queue", "net_dev_start_xmit", "netif_receive_skb", "tcp_probe",
					      "sk_data_ready" };

	for (size_t i = 0; i < sizeof(stages) / sizeof(stages[0]); i++)
		if (!strcmp(name, stages[i]))
			return 1;
	return 0;
}

int main(int count_of_arguments, char **arguments)
{
	const struct timespec pause = { .tv_nsec = 5000000 };
	unsigned long events = 0;
	struct bpf_program *program;
	struct ring_buffer *ring;
	struct bpf_object *object;
	struct settings settings;
	size_t size;

	if (count_of_arguments != 5)
		fail("usage: consumer OBJECT PORT data|stages server|both;");
	object = bpf_object__open(arguments[1]);
	if (!object)
		fail("opening the object");
	settings.port = atoi(arguments[2]);
	settings.both_ends = !strcmp(arguments[4], "both");
	if (bpf_map__set_initial_value(bpf_object__find_map_by_name(object, ".rodata"), &settings, sizeof(settings)))
		fail("writing the settings");
	bpf_object__for_each_program(program, object)
		bpf_program__set_autoload(program,
					  !strcmp(arguments[3], "stages") || !is_stage(bpf_program__name(program)));
	if (bpf_object__load(object))
		fail("loading");
	bpf_object__for_each_program(program, object)
		if (bpf_program__autoload(program) && !bpf_program__attach(program))
			fail("attaching");
	ring = ring_buffer__new(bpf_object__find_map_fd_by_name(object, "events"), count, &events, NULL);
	if (!ring)
		fail("opening the ring");
	signal(SIGINT, stop);
	fprintf(stderr, "capturing\n");
	while (!stopped) {
		nanosleep(&pause, NULL);
		ring_buffer__consume(ring);
	}
	fprintf(stderr, "%lu events, %llu dropped\n", events,
		*(unsigned long long *)bpf_map__initial_value(bpf_object__find_map_by_name(object, ".bss"), &size));
	return 0;
}
