import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Value } from '../../engine/exchange/field.ts';
import { exchange, SECOND } from '../support/exchanges.ts';
import { codesOf, compile, run } from '../support/query.ts';

const explain = async (text: string): Promise<string> => {
	const { plans, explanations, diagnostics } = await compile(`explain ${text}`);
	assert.deepEqual({ plans, diagnostics }, { plans: [], diagnostics: [] });
	return explanations?.join('\n') ?? '';
};

describe('explain', () => {
	it('breaks its lines where the terminal ends', async () => {
		const text = 'explain watch http where path ~ "/api" | stat p99(latency) by route 5s';
		const { explanations = [] } = await compile(text, { width: 80 });
		const below = explanations.join('\n').split('\n');
		assert.deepEqual(
			below.filter((line) => line.length > 80),
			[],
		);
		assert.ok(below.some((line) => line.length > 70));
	});

	it('shows views expanded, types, window and bounds', async () => {
		assert.equal(
			await explain('watch http where path ~ "/api" | stat by remote_ip slow 5s'),
			`watch http where path ~ "/api"
    → exchanges of http
| stat count(), errors = count(where failed), avg(latency), p50(latency), p90(latency),
    p99(latency), max(latency), worst = arg_max(latency, this)
    by remote_ip every 5s
    → tables of window_start time, window_end time, remote_ip ip, count int, errors int, avg_latency
      duration, p50_latency duration, p90_latency duration, p99_latency duration, max_latency
      duration, worst record
    · windows of 5s side by side, each given 500ms after its end in event time; a row that comes
      later is counted and left out
    · at most 10000 groups at a time; further keys are one group, (other), and are counted
    · exact up to 100000 rows of a table; quantiles beyond that within 1%, by a sketch
| sort max_latency desc
| head 10

captured in the kernel
    sockets     all of the host
    protocols   http
    payload     heads: 16384 bytes of what an end says before the other answers,
                then 1024 and the last 16 of each call: no body is used
    stages      not observed: no field of theirs is used
    decided     here: path ~ "/api" (path is not known of a socket)
`,
		);
	});

	it('tells what the kernel decides from what it cannot', async () => {
		const text = await explain(
			'watch where pid == 42 and path ~ "x" | where server_port in [80, 443] | head 5 | where local_port == 1',
		);
		assert.ok(
			text.endsWith(`    sockets     process 42, local ports 80, 443, servers only
                or process 42, remote ports 80, 443, clients only
    protocols   all
    payload     heads: 16384 bytes of what an end says before the other answers,
                then 1024 and the last 16 of each call: no body is used
    stages      not observed: no field of theirs is used
    decided     in the kernel, and again here: pid == 42
                in the kernel, and again here: server_port in [80, 443]
                here: path ~ "x" (path is not known of a socket)
`),
			text,
		);
	});

	const cases: readonly (readonly [text: string, said: RegExp])[] = [
		['watch http | select req.body | to csv', /payload +whole messages: for req\.body\n/],
		['from "a.ciqrec" | diff { from "b.ciqrec" } by route', /read from a\.ciqrec\n +also +read from b\.ciqrec/],
		['watch http | select path, status', /→ rows of path string, status int/],
		['watch http | extend slow = latency > 1s', /→ exchanges of http, with slow bool/],
		['stat http count()', /· no window: one table of all rows/],
		[
			'stat http count() over 1m every 5s --late=keep',
			/· windows of 60s, a new one every 5s, .*a row that\s+comes later opens its window again/,
		],
		['stat http count() every session(30s)', /· a window ends with a pause of 30s/],
		['stat http count() every 1000', /· a window of every 1000 rows/],
		['watch http | top 5 by latency per route', /· keeps at most 10 rows of each of at most 10000 keys/],
		['watch http | distinct route', /· remembers at most 100000 different rows/],
		['watch http | dedup route within 5s', /· remembers at most 100000 different rows/],
		['watch http | join { watch http } on id within 5s', /· keeps at most 100000 rows of each side, for 5s of/],
		['watch | correlate { watch } as child by pid within 1s', /· keeps at most 100000 rows of each side, for 60s/],
		['watch | diff p99(latency) { watch } by comm', /· at most 10000 groups[\s\S]*· exact up to 100000 rows/],
		['watch | alert count() > 5 by comm for 30s', /· windows of 30s, a new one every 6s[\s\S]*· at most 10000 groups/],
		['watch http | window 5s | top 3 by latency', /· windows of 5s side by side[\s\S]*· holds at most 100000 rows/],
		['watch http | until 5s | sort latency', /· holds at most 1000000 rows/],
		[
			'from "x.ciqrec" http where local_port == 80',
			/read from x\.ciqrec\n(?![\s\S]*sockets)[\s\S]*decided +here: local_port == 80/,
		],
		['watch where local_port == 1 and local_port == 2', /sockets +none at all/],
		['watch http | to json', /payload +whole messages: the output shows it\n +stages +not observed/],
		[
			'watch http | stat avg(remote_time), count() by path',
			/stages +arrival at the device and at TCP, departure by queue and driver: for remote_time\n/,
		],
		[
			'watch where local_port >= 1024 and remote_ip not in [10.0.0.0/8, ::1]',
			/sockets +local port 1024–65535, remote networks 10\.0\.0\.0\/8, ::1\/128 excepted\n/,
		],
		['watch where pid in [1, 2]', /sockets +processes 1, 2$/m],
		['pending http', /requests +those that begin from now on, until they have a complete answer\n/],
		['watch where pid != 1', /decided +here: pid != 1 \(the kernel looks for listed processes and names, and\s/],
	];
	for (const [text, said] of cases) it(text, async () => assert.match(await explain(text), said));

	const captureMode = () => ({ words: 'socket: at the sockets', mode: 'socket' }) as const;

	it('names the programs that are attached, and what for', async () => {
		const { explanations } = await compile('explain watch where pid == 1 | extend remote_time', { captureMode });
		assert.ok(
			explanations?.[0]?.includes(`
captured in the kernel
    mode        socket: at the sockets
    probes      always: sched_process_fork task_rename sched_process_exit tcp_destroy_sock
                  inet_sock_set_state sock_send_length tcp_sendmsg_locked skb_copy_datagram_iovec
                  tcp_rcv_space_adjust
                payload that leaves by sendfile: net_dev_queue
                stages: netif_receive_skb tcp_probe sk_data_ready net_dev_queue net_dev_start_xmit
    sockets     process 1
`),
			explanations?.[0],
		);
	});

	it('says what the table of connections is made of, and by which programs', async () => {
		const { explanations } = await compile('explain conns where pid == 1 | stat count() by protocol', { captureMode });
		assert.ok(
			explanations?.[0]?.endsWith(`
captured in the kernel
    mode        socket: at the sockets
    probes      always: sched_process_fork task_rename sched_process_exit tcp_destroy_sock
                  inet_sock_set_state sock_send_length tcp_sendmsg_locked skb_copy_datagram_iovec
                  tcp_rcv_space_adjust
                payload that leaves by sendfile: net_dev_queue
                connections that carry nothing: inet_sock_set_state_quiet
    sockets     process 1
    connections those that there are, by an iterator over the descriptors of all processes: at the
                  start, and again each second with what TCP counts of each; then each that is
                  opened or closed
    protocols   all
    payload     heads: 16384 bytes of what an end says before the other answers,
                then 1024 and the last 16 of each call: for side and protocol
    stages      not observed: no field of theirs is used
    decided     in the kernel, and again here: pid == 1
`),
			explanations?.[0],
		);
	});

	it('says that no bytes are taken for the table of connections where its columns tell of none', async () => {
		const { explanations } = await compile('explain conns where pid == 1 | stat count() by state', { captureMode });
		assert.match(explanations?.[0] ?? '', /protocols +none\n +payload +none: only the sockets are of interest\n/);
		assert.doesNotMatch(explanations?.[0] ?? '', /sendfile/);
	});

	it('is wrong where the pipeline is', async () => {
		const { explanations, diagnostics } = await compile('explain watch http where pathh ~ "x"');
		assert.deepEqual(codesOf(diagnostics), ['CIQ301']);
		assert.equal(explanations, undefined);
	});

	it('stands beside pipelines that run', async () => {
		const { plans, explanations } = await compile('explain watch http; watch http | head 5');
		assert.deepEqual([plans.length, explanations?.length], [1, 1]);
	});
});

describe('explain --run', () => {
	const rowsOf = async (query: string): Promise<Value[][]> => {
		const sent = Array.from({ length: 10 }, (_, at) => exchange({ at: at * SECOND, target: at < 4 ? '/a' : '/b' }));
		const { plan, signals } = await run(`explain --run ${query}`, sent);
		assert.deepEqual(
			plan.schema.columns.map(({ name }) => name),
			['stage', 'rows_in', 'rows_out', 'took'],
		);
		const tables = signals.flatMap((signal) => (signal.kind === 'table' ? [signal] : []));
		assert.deepEqual([signals.length, tables.length, tables[0]?.final], [1, 1, true]);
		return (tables[0]?.rows ?? []).map((row) => plan.schema.columns.map(({ get }) => get(row)));
	};

	it('counts rows in and out of each stage', async () => {
		const rows = await rowsOf(
			'watch http where path == "/a" | where latency >= 0s | stat count() by path 1s | where count > 1',
		);
		assert.deepEqual(
			rows.map(([stage, rowsIn, rowsOut]) => [stage, rowsIn, rowsOut]),
			[
				['watch http where path == "/a"', 10, 4],
				['where latency >= 0s', 4, 4],
				['stat count() by path 1s', 4, 4],
				['where count > 1', 4, 0],
			],
		);
		for (const [, , , took] of rows) assert.ok(typeof took === 'number' && took >= 0);
	});
});
