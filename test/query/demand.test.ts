import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { inNet, parseAddress, parseNet } from '../../engine/address.ts';
import type { ScopeClause } from '../../engine/capture/demand.ts';
import { HEAD_BYTES } from '../../engine/capture/events.ts';
import { fileSource } from '../../engine/capture/file-source.ts';
import type { Exchange } from '../../engine/exchange/exchange.ts';
import { STAGE_PARTS, type StagePart } from '../../engine/exchange/stage-parts.ts';
import { exchange } from '../support/exchanges.ts';
import fc from '../support/property.ts';
import { codesOf, compile, planOf, run } from '../support/query.ts';
import { session } from '../support/session.ts';

const ALL = Number.POSITIVE_INFINITY;
const scopeOf = async (condition: string, scope: ScopeClause | null = null) =>
	(await planOf(`watch http where ${condition}`, { scope })).demand.scope;

describe('the scope of a query', () => {
	const cases: readonly (readonly [string, readonly ScopeClause[]])[] = [
		['path == "/a"', [{}]],
		['pid == 42', [{ pids: [42] }]],
		['42 == pid', [{ pids: [42] }]],
		['pid in [1, 2] and comm == "nginx"', [{ pids: [1, 2], comms: ['nginx'] }]],
		['pid == 1 and path ~ "x"', [{ pids: [1] }]],
		['pid == 1 or pid == 2', [{ pids: [1, 2] }]],
		['pid == 1 or local_port == 2', [{ pids: [1] }, { localPorts: [2] }]],
		['pid == 1 or path ~ "x"', [{}]],
		['not (pid == 1)', [{}]],
		['not (path ~ "x" or local_port != 1)', [{ localPorts: [1] }]],
		['not (path ~ "x" and local_port != 1)', [{}]],
		['pid != 1', [{}]],
		['local_port in 80..82', [{ localPorts: [[80, 82]] }]],
		['local_port >= 1024', [{ localPorts: [[1024, 65535]] }]],
		['1024 > local_port', [{ localPorts: [[0, 1023]] }]],
		['local_port > 80 and not (local_port >= 90)', [{ localPorts: [[81, 89]] }]],
		['local_port < 80.5', [{ localPorts: [[0, 80]] }]],
		['local_port > 65535', [{ pids: [] }]],
		[
			'remote_port != 22',
			[
				{
					remotePorts: [
						[0, 21],
						[23, 65535],
					],
				},
			],
		],
		[
			'remote_port not in [80, 443, 8000..8100]',
			[
				{
					remotePorts: [
						[0, 79],
						[81, 442],
						[444, 7999],
						[8101, 65535],
					],
				},
			],
		],
		['local_port == 80 or local_port in 81..90', [{ localPorts: [[80, 90]] }]],
		['pid in 7..9', [{ pids: [7, 8, 9] }]],
		['pid > 7', [{}]],
		['comm != "curl"', [{}]],
		['remote_port == 80 and remote_port in [80, 443]', [{ remotePorts: [80] }]],
		['remote_port == 80 and remote_port == 443', [{ pids: [] }]],
		['remote_ip == 10.0.0.1', [{ remoteNets: ['10.0.0.1/32'] }]],
		['remote_ip == "10.0.0.1"', [{ remoteNets: ['10.0.0.1/32'] }]],
		['remote_ip in 10.1.2.3/8', [{ remoteNets: ['10.0.0.0/8'] }]],
		['remote_ip in [10.0.0.0/8, ::1]', [{ remoteNets: ['10.0.0.0/8', '::1/128'] }]],
		['remote_ip in 10.0.0.0/8 and remote_ip in 10.1.0.0/16', [{ remoteNets: ['10.1.0.0/16'] }]],
		['remote_ip in 10.0.0.1..10.0.0.9', [{ remoteNets: ['10.0.0.1/32', '10.0.0.2/31', '10.0.0.4/30', '10.0.0.8/31'] }]],
		['remote_ip in 10.0.0.0..10.255.255.255', [{ remoteNets: ['10.0.0.0/8'] }]],
		['remote_ip not in [0.0.0.0/1, 192.0.0.0/2] and remote_ip in 0.0.0.0/0', [{ remoteNets: ['128.0.0.0/2'] }]],
		['remote_ip not in ::/0', [{ remoteNets: ['0.0.0.0/0'] }]],
		['remote_ip not in 0.0.0.0/0', [{ remoteNets: ['::/0'] }]],
		['remote_ip in ::/0 and remote_ip in 10.0.0.0/8', [{ pids: [] }]],
		['remote_ip in ::fffe:0:0..0.0.0.1', [{ remoteNets: ['0.0.0.0/31', '::fffe:0:0/96'] }]],
		['side != "client"', [{ side: 'server' }]],
		['side == "client" or side == "server"', [{}]],
		[
			'side == "server" and server_port != 80',
			[
				{
					side: 'server',
					localPorts: [
						[0, 79],
						[81, 65535],
					],
				},
			],
		],
		['side == "server" and local_port == 80', [{ side: 'server', localPorts: [80] }]],
		['side == "server" and side == "client"', [{ pids: [] }]],
		[
			'server_port == 80',
			[
				{ side: 'server', localPorts: [80] },
				{ side: 'client', remotePorts: [80] },
			],
		],
		['client_ip == 10.0.0.1 and side == "client"', [{ side: 'client', localNets: ['10.0.0.1/32'] }]],
		['http.local_port == 80', [{ localPorts: [80] }]],
	];
	for (const [condition, expected] of cases)
		it(condition, async () => assert.deepEqual(await scopeOf(condition), expected));

	it('takes conditions of later stages, but none behind a stage that counts', async () => {
		const later = await planOf(
			'watch http | extend port = local_port | where port == 80 | until 5s | where pid == 1 | stat count()',
		);
		assert.deepEqual(later.demand.scope, [{ localPorts: [80], pids: [1] }]);
		assert.deepEqual((await planOf('watch http | head 5 | where pid == 1')).demand.scope, [{}]);
	});

	it('never leaves what the shell allows', async () => {
		const tree = { pids: [7], withChildren: true };
		assert.deepEqual(await scopeOf('pid == 5', tree), [tree]);
		assert.deepEqual(await scopeOf('local_port == 80', tree), [{ ...tree, localPorts: [80] }]);
		assert.deepEqual(await scopeOf('comm == "sh"', { comms: ['node'] }), [{ comms: ['node'] }]);
		assert.deepEqual(await scopeOf('pid == 5', { pids: [6] }), [{ pids: [] }]);
	});

	it('has at most 32 clauses', async () => {
		const any = Array.from({ length: 40 }, (_, n) => `local_port == ${n}`).join(' or ');
		assert.deepEqual(await scopeOf(any), [{ localPorts: [[0, 39]] }]);
		const pairs = Array.from({ length: 40 }, (_, n) => `local_port == ${n} and pid == ${n}`).join(' or ');
		const few = await scopeOf(pairs);
		assert.ok(few.length <= 32 && few.every(({ pids, localPorts }) => pids && localPorts));
		const many = ['local_port', 'remote_port', 'pid'].map(
			(name) => `(${[1, 2, 3, 4].map((n) => `${name} == ${n}`).join(' or ')})`,
		);
		assert.ok((await scopeOf(many.join(' and '))).length <= 32);
	});
});

const matchesNets = (nets: readonly string[] | undefined, ip: string): boolean =>
	nets === undefined || nets.some((net) => inNet(parseAddress(ip)!, parseNet(net)!));

const matchesPorts = (ports: ScopeClause['localPorts'], port: number): boolean =>
	ports === undefined ||
	ports.some((one) => (typeof one === 'number' ? one === port : one[0] <= port && port <= one[1]));

/** What the kernel lets pass: written apart from the code that makes clauses. */
const passes = (clause: ScopeClause, { endpoint, owner }: Exchange): boolean =>
	(clause.pids === undefined || clause.withChildren === true || clause.pids.includes(owner?.pid ?? -1)) &&
	(clause.comms?.includes(owner?.comm ?? '') ?? true) &&
	matchesPorts(clause.localPorts, endpoint.localPort) &&
	matchesPorts(clause.remotePorts, endpoint.remotePort) &&
	matchesNets(clause.localNets, endpoint.localIp) &&
	matchesNets(clause.remoteNets, endpoint.remoteIp) &&
	(clause.side === undefined || endpoint.side === null || endpoint.side === clause.side);

describe('pushdown', () => {
	const port = fc.constantFrom(1, 2, 3);
	const ip = fc.constantFrom('10.0.0.1', '10.0.1.1', '192.168.0.1', '::1', 'fd00::2');
	const net = fc.constantFrom('10.0.0.0/24', '10.0.0.0/8', '0.0.0.0/0', '::/0', '::/1', 'fd00::/8', '10.0.0.1/32');
	const side = fc.constantFrom('client', 'server');
	const leaf = fc.oneof(
		fc
			.tuple(fc.constantFrom('pid', 'local_port', 'remote_port', 'client_port', 'server_port'), port)
			.map(([f, n]) => `${f} == ${n}`),
		fc
			.tuple(fc.constantFrom('pid', 'local_port', 'server_port'), port, port)
			.map(([f, a, b]) => `${f} in [${a}, ${b}]`),
		fc.tuple(fc.constantFrom('remote_port', 'client_port'), port, port).map(([f, a, b]) => `${f} in ${a}..${b}`),
		fc.tuple(fc.constantFrom('remote_ip', 'local_ip', 'client_ip', 'server_ip'), net).map(([f, n]) => `${f} in ${n}`),
		fc.tuple(fc.constantFrom('remote_ip', 'client_ip'), ip, net).map(([f, a, n]) => `${f} in [${a}, ${n}]`),
		fc.tuple(fc.constantFrom('local_ip', 'server_ip'), ip).map(([f, a]) => `${f} == ${a}`),
		side.map((s) => `side == "${s}"`),
		fc.constantFrom('a', 'b').map((c) => `comm == "${c}"`),
		fc
			.tuple(fc.constantFrom('pid', 'local_port', 'server_port'), fc.constantFrom('!=', '<', '<=', '>', '>='), port)
			.map(([f, op, n]) => `${f} ${op} ${n}`),
		fc
			.tuple(fc.constantFrom('remote_port', 'client_port'), port, port, port)
			.map(([f, a, b, c]) => `${f} not in [${a}, ${b}..${c}]`),
		fc
			.tuple(fc.constantFrom('remote_ip', 'client_ip'), fc.constantFrom('in', 'not in'), ip, ip)
			.map(([f, op, a, b]) => `${f} ${op} ${a}..${b}`),
		fc.tuple(fc.constantFrom('local_ip', 'server_ip'), net).map(([f, n]) => `${f} not in [${n}, 10.0.1.1]`),
		fc.constantFrom('status == 200', 'path ~ "x"', 'side != "client"', 'has(pid)', 'remote_ip != 10.0.0.1'),
	);
	const { condition } = fc.letrec<{ condition: string }>((tie) => ({
		condition: fc.oneof(
			{ depthSize: 'small' },
			leaf,
			tie('condition').map((x) => `not (${x})`),
			fc.tuple(tie('condition'), tie('condition')).map(([x, y]) => `(${x}) and (${y})`),
			fc.tuple(tie('condition'), tie('condition')).map(([x, y]) => `(${x}) or (${y})`),
		),
	}));
	const observed = fc
		.record({
			localIp: ip,
			remoteIp: ip,
			localPort: port,
			remotePort: port,
			side: fc.option(side),
			pid: port,
			comm: fc.constantFrom('a', 'b'),
		})
		.map(({ pid, comm, ...endpoint }) => exchange({ pid, comm, endpoint: endpoint as Exchange['endpoint'] }));
	const scope = fc.constantFrom<ScopeClause | null>(null, { pids: [1, 2] }, { localPorts: [1] }, { side: 'client' });

	it('never excludes a record that matches, and never leaves the scope of the shell', async () => {
		await fc.assert(
			fc.asyncProperty(
				condition,
				fc.array(observed, { minLength: 1, maxLength: 20 }),
				scope,
				async (text, exchanges, given) => {
					const ran = await run(`watch http where ${text}`, [exchanges], { scope: given });
					const matched = ran.signals.flatMap((signal) => (signal.kind === 'rows' ? signal.rows : []));
					const { scope: clauses } = ran.plan.demand;
					assert.ok(clauses.length <= 32);
					for (const one of exchanges) {
						const kernel = clauses.some((clause) => passes(clause, one));
						const allowed = given === null || passes(given, one);
						if (kernel) assert.ok(allowed, 'captured outside of the scope');
						else assert.ok(!(allowed && matched.includes(one)), 'a match was not captured');
					}
				},
			),
			{ numRuns: 1000 },
		);
	});
});

describe('what else is captured', () => {
	const cases: readonly (readonly [string, 'json' | 'table', object])[] = [
		['watch http', 'table', { payloadBytes: HEAD_BYTES, bodyBytes: 0, protocols: ['http'] }],
		['watch', 'table', { protocols: null }],
		['watch http', 'json', { payloadBytes: ALL, bodyBytes: ALL }],
		['watch http | to json', 'table', { payloadBytes: ALL, bodyBytes: ALL }],
		['watch http | to csv', 'json', { payloadBytes: HEAD_BYTES, bodyBytes: 0 }],
		['watch http | select path', 'json', { payloadBytes: HEAD_BYTES, bodyBytes: 0 }],
		['watch http where req.body ~ "x" | stat count()', 'table', { payloadBytes: ALL, bodyBytes: ALL }],
		['watch http where req.headers["x"] == "y"', 'table', { payloadBytes: HEAD_BYTES, bodyBytes: 0 }],
		['watch http | select request.size', 'json', { payloadBytes: HEAD_BYTES, bodyBytes: 0 }],
		['watch http | select response', 'json', { payloadBytes: ALL }],
		['watch http | select json(resp.body).id', 'json', { payloadBytes: ALL }],
		['watch http | slow', 'json', { payloadBytes: HEAD_BYTES, bodyBytes: 0 }],
		['watch http | stat count() by request.text', 'json', { payloadBytes: ALL }],
		['watch http | stat worst = arg_max(latency, this) | select t = worst.request.text', 'json', { payloadBytes: ALL }],
		['watch http | join { watch http } as r on id within 1s | select r.request.size', 'json', { bodyBytes: 0 }],
		['watch http | join { watch http } as r on id within 1s | select r.request.body', 'json', { bodyBytes: ALL }],
		['watch http | unnest anomalies | select request.text', 'json', { payloadBytes: ALL }],
		['watch http | tee { stat count() by request.text | to csv "x" } | select path', 'json', { payloadBytes: ALL }],
		['watch http | union { watch }', 'json', { payloadBytes: ALL, protocols: null }],
	];
	for (const [query, format, expected] of cases)
		it(`${query} as ${format}`, async () => {
			const { demand } = await planOf(query.replace('json(resp.body).id', 'id = json(resp.body).id'), { format });
			assert.deepEqual({ ...demand, ...expected }, demand);
		});

	/** What the payload of the table of connections is for. */
	const connections: readonly (readonly [string, boolean])[] = [
		['conns', true],
		['conns | select pid, state, bytes_sent', false],
		['conns where local_port == 80 | stat count(), max(rtt) by comm', false],
		['conns --follow | select event, remote_ip', false],
		['conns | drop side, protocol, client_ip, client_port, server_ip, server_port', false],
		['conns where server_port == 80 | select pid', true],
		['conns | where protocol == "http" | select pid', true],
		['conns | distinct | select pid', true],
		['conns | tee { to csv "x" } | select pid', true],
		['conns | stat first(this)', true],
		['conns | select pid | union { conns | select pid = server_port }', true],
		['conns | select pid | union { conns | select pid }', false],
	];
	for (const [query, takesHeads] of connections)
		it(`${query} takes ${takesHeads ? 'heads' : 'no bytes'}`, async () => {
			const { payloadBytes, protocols } = (await planOf(query)).demand;
			assert.equal(payloadBytes, takesHeads ? HEAD_BYTES : 0);
			assert.equal(protocols?.length === 0, !takesHeads);
		});

	it('connections of one side take heads', async () => {
		assert.equal((await planOf('conns | select pid', { scope: { side: 'client' } })).demand.payloadBytes, HEAD_BYTES);
	});

	it('the scopes of all blocks are united', async () => {
		const scope = async (query: string) => (await planOf(query)).demand.scope;
		assert.deepEqual(await scope('watch http where pid == 1 | union { watch http where pid == 2 }'), [
			{ pids: [1, 2] },
		]);
		assert.deepEqual(await scope('watch http where pid == 1 | union { watch http }'), [{}]);
		assert.deepEqual(await scope('watch http where pid == 1 | tee { where comm == "x" | to csv "x" }'), [
			{ pids: [1] },
		]);
		assert.deepEqual(await scope('watch http where pid == 1 | union { watch http where pid == 1 }'), [{ pids: [1] }]);
	});

	it('a further recording is asked for what its block needs', async () => {
		const { inputs } = await planOf('from "a" | union { from "b" http }', { format: 'json' });
		assert.deepEqual(
			inputs?.map(({ source, demand }) => [source.paths[0], demand.bodyBytes, demand.protocols]),
			[['b', ALL, ['http']]],
		);
		const { inputs: shared } = await planOf('from "a" | diff { from "a" where failed } by path');
		assert.equal(shared, undefined, 'the same recording is read once');
	});

	const stageQueries: readonly (readonly [string, readonly StagePart[]])[] = [
		['watch http', []],
		['watch http | select this', []],
		['watch http | select latency, ttfb, internal_time, connect_time', []],
		['watch http | select path, black_box_duration_ms', ['received', 'sent']],
		['watch http where remote_time > 5ms', ['received', 'sent']],
		['watch http | stat p99(socket_time) by path', ['readable']],
		['watch http | stat p99(socket_time), max(rtt) by path', ['readable', 'rtt']],
		['watch http | select path, copy_time', ['received', 'readable']],
		['watch http where retransmits > 0', ['resent']],
		['watch http | select path, stages', STAGE_PARTS],
	];
	for (const [query, wanted] of stageQueries)
		it(`${query} takes ${wanted.join(', ') || 'nothing'} of the stages`, async () => {
			assert.deepEqual((await planOf(query)).demand.stages, wanted);
		});

	it('rows that are drawn later bring their stages, of files bodies too', async () => {
		const shown = async (query: string) => {
			const { stages, bodyBytes } = (await planOf(query, { inDetail: true, format: 'table' })).demand;
			return { stages, bodyBytes };
		};
		assert.deepEqual(await shown('watch http'), { stages: STAGE_PARTS, bodyBytes: 0 });
		assert.deepEqual(await shown('from "a.ciqrec" http'), { stages: STAGE_PARTS, bodyBytes: 65_536 });
		assert.deepEqual(await shown('watch http | select path'), { stages: [], bodyBytes: 0 });
		assert.deepEqual(await shown('watch http | to detail'), { stages: STAGE_PARTS, bodyBytes: 65_536 });
	});

	it('the detail picture shows stages and the beginning of bodies where they are there', async () => {
		const { demand } = await planOf('watch http | to detail');
		assert.deepEqual([demand.stages, demand.payloadBytes, demand.bodyBytes], [STAGE_PARTS, ALL, 65_536]);
		assert.deepEqual(demand.required, { payloadBytes: HEAD_BYTES, bodyBytes: 0, stages: [] });
		const { required } = (await planOf('watch http where resp.body ~ "x" and rtt > 1ms | to detail')).demand;
		assert.deepEqual(required, { payloadBytes: ALL, bodyBytes: ALL, stages: ['rtt'] });
		const stages = async (query: string) => (await planOf(query)).demand.stages;
		assert.deepEqual(await stages('watch http | stat worst = arg_max(latency, this) by path | to detail'), STAGE_PARTS);
		assert.deepEqual(await stages('watch http | stat count() by path | to detail'), []);
	});

	it('--from takes the place of watch', async () => {
		const { source } = await planOf('watch http', { from: fileSource(['x.ciqrec'], []) });
		assert.deepEqual(source, fileSource(['x.ciqrec'], []));
		assert.deepEqual((await planOf('from "y.ciqrec" http where failed')).source, fileSource(['y.ciqrec'], []));
	});

	it('from reads several files as one, and says which ends count', async () => {
		const local = ['10.0.0.0/8'];
		const { source } = await planOf('from "a.pcap", "b.pcap" http', { local });
		assert.deepEqual(source, fileSource(['a.pcap', 'b.pcap'], local));
		const { source: own } = await planOf('from "a.pcap" http --local=fd00::/8,10.1.2.3', { local });
		assert.deepEqual(own, fileSource(['a.pcap'], ['fd00::/8', '10.1.2.3/32']));
		assert.deepEqual(codesOf((await compile('from "a.pcap" --local=here')).diagnostics), ['CIQ405']);
		const { inputs } = await planOf('from "a", "b" | union { from "a" } | union { from "a", "b" }');
		assert.deepEqual(
			inputs?.map((input) => input.source.paths),
			[['a']],
			'as one they are another source than alone',
		);
	});
});

describe('the fields that are read', () => {
	it('are those of the columns, too, that rows side by side are written with', async () => {
		const server = '{ watch http where side == "server" | select id, end_time }';
		const query = `watch http where side == "client" | join ${server} on id within 5s`;
		const { columns } = (await planOf(query)).schema;
		const read = (await planOf(query)).demand.fields ?? [];
		const left = columns.map(({ name }) => name).filter((name) => name !== 'right');
		assert.ok(left.includes('path'));
		assert.deepEqual(
			left.filter((name) => !read.includes(name)),
			[],
		);
		// As of a recording, of which only they are read.
		const { out } = await session(query, join(import.meta.dirname, '..', '..', 'examples', 'shop.ciqrec'));
		assert.match(out, /"method":"GET","path":"\/api\/search","status":200/);
	});
});

describe('the least latency of a query', () => {
	const cases: readonly (readonly [string, number | undefined])[] = [
		['http where latency > 20ms', 20e6],
		['http where path ~ "x" and 20ms <= latency', 20e6],
		['http where latency > 20ms | where latency >= 30ms | select path', 30e6],
		['http | where latency > 20ms or latency > 10ms', 10e6],
		['http | where latency > 20ms or path ~ "x"', undefined],
		['http | where latency < 20ms', undefined],
		['http | where not (latency < 20ms)', undefined],
		['http | where ttfb > 20ms', undefined],
		// What a conversion could not convert is counted.
		['http | where latency > 20ms and int(path) > 1', undefined],
		['http | where int(path) > 1 | where latency > 20ms', undefined],
		// These look at all.
		['http | until status >= 500 | where latency > 20ms', undefined],
		['http | head 5 | where latency > 20ms', undefined],
		['http | stat count() | where count > 1', undefined],
		['http where latency > 20ms | join { from "x.ndjson" http } on trace_id', undefined],
	];
	for (const [query, least] of cases)
		it(query, async () => assert.equal((await planOf(`from "x.ndjson" ${query}`)).demand.leastLatency, least));
});
