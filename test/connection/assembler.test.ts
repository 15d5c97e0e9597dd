import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Header, Lost } from '../../engine/capture/events.ts';
import { newCompleteness } from '../../engine/completeness.ts';
import { eventsOf, fieldOf, summary } from '../support/conversations.ts';
import {
	assemble,
	CLIENT_POS,
	close,
	data,
	end,
	exe,
	exit,
	listen,
	lost,
	open,
	process,
	SERVER_POS,
	state,
	type Turn,
	tick,
	turns,
} from '../support/events.ts';
import fc from '../support/property.ts';

const GET = 'GET /a HTTP/1.1\r\nHost: x\r\n\r\n';
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi';
/** Of include/net/tcp_states.h. */
const TCP_CLOSE_WAIT = 8;
const EXCHANGE: readonly Turn[] = [
	['>', GET],
	['<', OK],
];

test('times are exact and relative to the start of the capture', () => {
	const { rows } = assemble([
		open({ opened: 1, established: 4 }),
		data({ time: 1_000_001, start: 999_999, direction: 'out', pos: CLIENT_POS, bytes: GET }),
		data({ time: 4_294_967_297_123, direction: 'in', pos: SERVER_POS, bytes: OK.slice(0, 10) }),
		data({ time: 4_294_967_297_125, direction: 'in', pos: SERVER_POS + 10, bytes: OK.slice(10) }),
		end(1e13),
	]);
	const values = ['ts', 'end_time', 'latency', 'ttfb', 'transfer_time', 'connect_time'].map((name) =>
		fieldOf(rows[0]!, name),
	);
	const [ts, last] = [999_999, 4_294_967_297_125];
	assert.deepEqual(values, [ts, last, last - ts, last - 2 - ts, 2, 3]);
});

test('both ends of a connection share its name and the ids of its exchanges', () => {
	const ends = (['client', 'server'] as const).map((role, i) => {
		const [local, remote] = role === 'client' ? ['::1', '2001:db8::2'] : ['2001:db8::2', '::1'];
		const opened = open({ cookie: i + 1, role, local, remote, established: 1 });
		return [opened, ...turns(EXCHANGE, role, i + 1)];
	});
	const { rows } = assemble([...ends.flat(), end(1e9)]);
	assert.deepEqual(
		rows.map((row) => fieldOf(row, 'side')),
		['client', 'server'],
	);
	for (const name of ['conn', 'id', 'client_ip', 'server_ip', 'client_port', 'server_port']) {
		assert.equal(fieldOf(rows[0]!, name), fieldOf(rows[1]!, name), name);
	}
	assert.equal(fieldOf(rows[0]!, 'client_ip'), '::1');
	assert.match(String(fieldOf(rows[0]!, 'conn')), /^[0-9a-z]{1,10}$/);
	assert.notEqual(fieldOf(rows[0]!, 'internal_time'), fieldOf(rows[1]!, 'internal_time'));
	assert.equal(fieldOf(rows[1]!, 'internal_time'), 1e6);
});

test('the process at the other end is known where that end is observed', () => {
	const get = (cookie: number, tgid: number, role: 'client' | 'server'): Buffer[] => {
		const [local, remote] = role === 'client' ? ['::1', '2001:db8::2'] : ['2001:db8::2', '::1'];
		const direction = role === 'client' ? 'out' : 'in';
		return [
			open({ cookie, role, local, remote, tgid }),
			data({ cookie, tgid, time: 10, direction, pos: CLIENT_POS, bytes: GET }),
		];
	};
	const processes = [
		process({ tgid: 1, started: 1, comm: 'curl', exe: 'curl' }),
		process({ tgid: 2, started: 2, comm: 'nginx', exe: 'nginx' }),
	];
	const remoteComms = (events: Buffer[]): unknown[] =>
		assemble([...processes, ...events, end(1e9)]).rows.map((row) => [row.owner?.comm, fieldOf(row, 'remote_comm')]);
	assert.deepEqual(remoteComms([...get(1, 1, 'client'), ...get(2, 2, 'server')]), [
		['curl', 'nginx'],
		['nginx', 'curl'],
	]);
	assert.deepEqual(remoteComms(get(1, 1, 'client')), [['curl', null]]);
	// What comes behind an exchange, in the same batch or not, does not change it.
	const [later, last] = ['python3', 'worker'].map((comm) => process({ tgid: 2, started: 2, comm, exe: comm }));
	const answer = data({
		tgid: 1,
		time: 20,
		direction: 'in',
		pos: SERVER_POS,
		bytes: 'HTTP/1.1 204 No Content\r\n\r\n',
	});
	const answered = [...get(1, 1, 'client'), ...get(2, 2, 'server'), answer];
	assert.deepEqual(remoteComms([...answered, later!, last!]), [
		['curl', 'nginx'],
		['worker', 'curl'],
	]);
	// Nor does who shows to be at the other end.
	assert.deepEqual(remoteComms([...get(1, 1, 'client'), answer, ...get(2, 2, 'server')]), [
		['curl', null],
		['nginx', 'curl'],
	]);
});

test('a tuple that is used again is another connection, at both ends', () => {
	const use = (cookie: number, role: 'client' | 'server'): Buffer[] => {
		const [local, remote] = role === 'client' ? ['10.0.0.1', '10.0.0.2'] : ['10.0.0.2', '10.0.0.1'];
		return [open({ cookie, role, local, remote }), ...turns(EXCHANGE, role, cookie), close(1e8, cookie)];
	};
	// A connection that only its client's end opened must not set the ends apart.
	const refused = [open({ cookie: 9, role: 'client' }), close(1e8, 9)];
	const { rows } = assemble([
		...use(1, 'client'),
		...use(2, 'server'),
		...refused,
		...use(3, 'client'),
		...use(4, 'server'),
		...use(5, 'server'),
		...use(6, 'client'),
		end(1e9),
	]);
	const names = rows.map((row) => String(fieldOf(row, 'conn')));
	assert.equal(names[0], names[1]);
	assert.equal(names[2], `${names[0]}-3`);
	assert.equal(names[2], names[3]);
	assert.deepEqual(names.slice(4), [`${names[0]}-4`, `${names[0]}-4`]);
});

test('role: the handshake, else a listener, else the first request', () => {
	const side = (before: Buffer[], opened: Buffer, seen: 'client' | 'server'): unknown =>
		fieldOf(assemble([...before, opened, ...turns(EXCHANGE, seen), end(1e9)]).rows[0]!, 'side');
	const unknown = open({ role: 'unknown', localPort: 80, inPos: CLIENT_POS, outPos: SERVER_POS, netns: 5 });
	assert.equal(side([], open({ role: 'server' }), 'server'), 'server');
	assert.equal(side([listen(5, 80)], unknown, 'server'), 'server');
	assert.equal(
		side([listen(4, 80)], unknown, 'server'),
		'server',
		'a listener elsewhere says nothing; the request does',
	);
	assert.equal(side([], open({ role: 'unknown' }), 'client'), 'client');
	const { rows } = assemble([listen(7, 40_000), open({ role: 'unknown' }), ...turns(EXCHANGE), end(1e9)]);
	assert.equal(fieldOf(rows[0]!, 'side'), 'server', 'what listens on the local port is the server');
});

test('role: who listens at the address of the other end, where that is known', () => {
	// The request says the opposite of the listener that decides, so that either is told from the other.
	const side = (
		listeners: Buffer[],
		seen: 'client' | 'server',
		ips: { local?: string; remote?: string } = {},
	): unknown => {
		const [inPos, outPos] = seen === 'server' ? [CLIENT_POS, SERVER_POS] : [SERVER_POS, CLIENT_POS];
		const opened = open({ role: 'unknown', inPos, outPos, ...ips });
		return fieldOf(assemble([...listeners, opened, ...turns(EXCHANGE, seen), end(1e9)]).rows[0]!, 'side');
	};
	assert.equal(side([listen(7, 80, '10.0.0.2')], 'server'), 'client');
	const ours = { local: '10.0.0.2', remote: '10.0.0.2' };
	assert.equal(side([listen(7, 80)], 'server', ours), 'client', 'all addresses are those of this machine too');
	assert.equal(side([listen(7, 80)], 'server', { local: '127.0.0.1', remote: '127.0.0.2' }), 'client');
	assert.equal(side([listen(7, 80, '::')], 'server', { local: '::1', remote: '::1' }), 'client');
	assert.equal(side([listen(7, 80)], 'server'), 'server', 'all addresses are not those of another machine');
	assert.equal(side([listen(6, 80, '10.0.0.2')], 'server'), 'server', 'nor those of another namespace');
	assert.equal(side([listen(7, 40_000, '10.0.0.9')], 'client'), 'client', 'a port of its own at another address');
	for (const seen of ['client', 'server'] as const)
		assert.equal(side([listen(7, 80, '10.0.0.2'), listen(7, 40_000)], seen), seen, 'both listen');
});

test('the owner is the process that sent or read the request, as it was then', () => {
	const exchange = (i: number, tgid: number): Buffer[] => [
		open({ cookie: i, localPort: 100 + i }),
		data({ time: 10 * i, cookie: i, tgid, direction: 'out', pos: CLIENT_POS, bytes: GET }),
		data({ time: 10 * i + 1, cookie: i, tgid: 1, direction: 'in', pos: SERVER_POS, bytes: OK }),
	];
	const { rows } = assemble([
		process({ tgid: 42, started: 7, comm: 'sh', exe: 'dash' }),
		exe({ tgid: 42, started: 6, path: '/of/another' }),
		...exchange(1, 42),
		exe({ tgid: 42, started: 7, path: '/usr/bin/dash' }),
		...exchange(2, 42),
		process({ tgid: 42, started: 7, comm: 'curl', exe: 'curl' }),
		...exchange(3, 42),
		exit(50, 42, 7),
		process({ tgid: 42, started: 60, comm: 'other', exe: 'other' }),
		...exchange(6, 42),
		...exchange(7, 43).slice(0, 2),
		process({ tgid: 43, started: 70, comm: 'late', exe: 'late' }),
		...exchange(7, 43).slice(2),
		...exchange(8, 44).slice(0, 2),
		process({ tgid: 44, started: 0, comm: 'known', exe: 'later' }),
		...exchange(8, 44).slice(2),
		end(1e9),
	]);
	const seen = rows.map(({ owner }) => `${owner?.pid} ${owner?.started} ${owner?.comm} ${owner?.exe}`);
	assert.deepEqual(seen, [
		'42 7 sh dash',
		'42 7 sh /usr/bin/dash',
		'42 7 curl curl',
		'42 60 other other',
		'43 0 null null',
		'44 0 known later',
	]);
});

test('a response that is seen before its request waits for it', () => {
	const request = data({ time: 3e6, start: 1e6, direction: 'out', pos: CLIENT_POS, bytes: GET });
	const response = data({ time: 2e6, direction: 'in', pos: SERVER_POS, bytes: OK });
	const { rows, completeness } = assemble([open({ established: 1 }), response, request, end(1e9)]);
	assert.deepEqual(rows.map(summary), ['GET /a 200 ok 28/40']);
	assert.equal(fieldOf(rows[0]!, 'latency'), 1e6);
	assert.deepEqual(completeness, newCompleteness());
});

test('what is sent into a tunnel waits for the answer that opens it', () => {
	const connect = 'CONNECT h:443 HTTP/1.1\r\n\r\n';
	const events = turns([
		['>', connect],
		['>', 'opaque\r\n\r\n'],
		['<', 'HTTP/1.1 200 OK\r\n\r\n'],
		['>', 'more of them'],
	]);
	const { rows, completeness } = assemble([open({ established: 1 }), ...events, end(1e9)]);
	assert.deepEqual(rows.map(summary), ['CONNECT h:443 200 ok 26/19']);
	assert.deepEqual(completeness, { ...newCompleteness(), otherBytes: 22 });
});

test('an end that is told before its last bytes are read ends the response with them', () => {
	const [begun, rest] = ['HTTP/1.1 200 OK\r\n\r\nhel', 'lo'];
	const restPos = SERVER_POS + begun.length;
	const { rows, ticks } = assemble([
		open({ opened: 100, established: 200 }),
		data({ time: 1e6, direction: 'out', pos: CLIENT_POS, bytes: GET }),
		data({ time: 2e6, direction: 'in', pos: SERVER_POS, bytes: begun }),
		state({ time: 3e6, newState: TCP_CLOSE_WAIT, inEnd: restPos + rest.length }),
		data({ time: 4e6, direction: 'in', pos: restPos, bytes: rest }),
		tick(5e6),
		end(1e9),
	]);
	assert.deepEqual(rows.map(summary), ['GET /a 200 ok 28/24']);
	assert.deepEqual(ticks[0], { now: 5e6, rows: 1 });
});

test('rows come before the tick that follows them', () => {
	const all = Buffer.concat([open({}), ...turns(EXCHANGE), tick(3e6), end(4e6)]);
	assert.deepEqual(assemble([all]).ticks, [
		{ now: 3e6, rows: 1 },
		{ now: 4e6, rows: 1 },
	]);
});

test('the counters of the capture are taken over', () => {
	const { completeness } = assemble([lost(1, 1, 10, 2), lost(2, 3, 30, 2), end(3)]);
	assert.deepEqual(completeness, { ...newCompleteness(), ringDrops: 3, ringDropBytes: 30, helperFailures: 2 });
});

test('of a request behind which events were lost nobody knows whether it waits, until its connection tells more', () => {
	const asked = [open({ established: 1 }), data({ time: 1e6, direction: 'out', pos: CLIENT_POS, bytes: GET })];
	const more = data({ time: 3e6, direction: 'in', pos: SERVER_POS, bytes: OK.slice(0, -1) });
	const dropped = lost(2e6, 1, 10, 0);
	const readsFailed = lost(2e6, 0, 0, 1);
	const waits = ['waiting', 9e9 - 1e6];
	const isUnknown = ['unknown', null];
	for (const [events, expected] of [
		[[...asked, end(9e9)], waits],
		[[...asked, readsFailed, end(9e9)], waits],
		[[...asked, dropped, end(9e9)], isUnknown],
		[[...asked, dropped, tick(2e6), end(9e9)], isUnknown],
		[[dropped, tick(0), ...asked, tick(2e6), end(9e9)], waits],
		// The ring was full, and is read now.
		[[dropped, ...asked, tick(2e6), end(9e9)], isUnknown],
		[[...asked, dropped, tick(2e6), more, end(9e9)], waits],
		[[...asked, dropped, tick(2e6), more, lost(4e6, 1, 10, 1), end(9e9)], waits],
		[[...asked, dropped, tick(2e6), more, lost(4e6, 2, 20, 0), end(9e9)], isUnknown],
	] as const) {
		const { rows } = assemble(events);
		assert.deepEqual(
			rows.map((row) => [fieldOf(row, 'outcome'), fieldOf(row, 'latency')]),
			[expected],
		);
	}
});

test('counters that older recordings lack are none', () => {
	const whole = lost(1, 3, 30, 2);
	for (const at of [Lost.unseen, Lost.unseenBytes, Lost.mptcp, Lost.mptcpBytes]) whole.writeBigUInt64LE(5n, at);
	const upTo = (bytes: number): Buffer => {
		const cut = Buffer.from(whole.subarray(0, bytes));
		cut.writeUInt32LE(bytes, Header.size);
		return cut;
	};
	const first = { ...newCompleteness(), ringDrops: 3, ringDropBytes: 30, helperFailures: 2 };
	const second = { ...first, unseen: 5, unseenBytes: 5 };
	assert.deepEqual(assemble([upTo(Lost.unseen), end(2)]).completeness, first);
	assert.deepEqual(assemble([upTo(Lost.mptcp), end(2)]).completeness, second);
	assert.deepEqual(assemble([whole, end(2)]).completeness, { ...second, mptcp: 5, mptcpBytes: 5 });
});

test('protocols that are not asked for are not parsed', () => {
	const { rows } = assemble([open({ established: 1 }), ...turns(EXCHANGE), end(1e9)], { protocols: ['redis'] });
	assert.deepEqual(rows, []);
});

test('a connection of no known protocol costs nothing more after a while', () => {
	const noise = 'x'.repeat(40_000);
	const { rows, completeness } = assemble([
		open({ established: 1 }),
		...turns([
			['>', noise],
			['>', noise],
			['>', GET],
			['<', OK],
		]),
		end(1e9),
	]);
	assert.deepEqual(rows, []);
	assert.equal(completeness.otherBytes, 80_000 + GET.length + OK.length);
});

test('any cut of the events into feeds gives the same exchanges', () => {
	const conversation: Turn[] = Array.from({ length: 5 }, (_, i) =>
		EXCHANGE.map(([d, t]): Turn => [d, String(t).replace('/a', `/${i}`)]),
	).flat();
	const ends = [eventsOf({ turns: conversation, ending: 'fin' }), turns(conversation, 'client', 2)];
	const records = [...ends[0]!.slice(0, -1), open({ cookie: 2, localPort: 9 }), ...ends[1]!, tick(2e7), end(1e9)];
	const expected = assemble([Buffer.concat(records)]);
	assert.equal(expected.rows.length, 10);
	const described = (result: typeof expected): unknown[] => [
		result.rows.map((row) => [summary(row), fieldOf(row, 'id'), row.endTime]),
		result.completeness,
		result.ticks,
	];
	fc.assert(
		fc.property(fc.array(fc.boolean(), { minLength: records.length, maxLength: records.length }), (cuts) => {
			const feeds: Buffer[][] = [[]];
			for (const [i, one] of records.entries()) {
				feeds.at(-1)?.push(one);
				if (cuts[i]) feeds.push([]);
			}
			assert.deepEqual(described(assemble(feeds.map((feed) => Buffer.concat(feed)))), described(expected));
		}),
	);
});

test('a stream whose first position is not known yet begins with its first byte', () => {
	const { rows, completeness } = assemble([open({ inPos: 0, established: 1 }), ...turns(EXCHANGE), end(1e9)]);
	assert.deepEqual(
		rows.map(summary),
		assemble([open({ established: 1 }), ...turns(EXCHANGE), end(1e9)]).rows.map(summary),
	);
	assert.equal(completeness.gaps, 0);
});
