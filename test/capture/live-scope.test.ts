import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CaptureError } from '../../addon/capture-error.ts';
import type { ScopeClause } from '../../engine/capture/demand.ts';
import { DIMENSIONS, NetKey, Scope } from '../../engine/capture/live-control.ts';
import { compileScope, inheritedFrom, pidEntry, pidsIn, type ScopeImage } from '../../engine/capture/live-scope.ts';
import { aroundBoth, type Bounds, NO_PORTS, portBounds } from '../../engine/capture/port-bounds.ts';
import type { Ports } from '../../engine/capture/ports.ts';
import { netPrefix } from '../../engine/capture/prefix.ts';
import fc from '../support/property.ts';

/** A socket and its process, as far as a scope asks. */
interface Subject {
	readonly pid: number;
	readonly comm: string;
	readonly localPort: number;
	readonly remotePort: number;
	readonly localIp: string;
	readonly remoteIp: string;
	readonly side: 'unknown' | 'client' | 'server';
	readonly netns: number;
}

const bytesOf = (ip: string) => netPrefix(ip)?.bytes ?? new Uint8Array();
const bitsOf = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
/** No network is of both families. */
const inNet = (ip: string, net: string) => {
	const { bytes, length } = netPrefix(net) ?? { bytes: new Uint8Array(), length: 0 };
	return net.includes(':') === ip.includes(':') && bitsOf(bytesOf(ip)).startsWith(bitsOf(bytes).slice(0, length));
};

const isAmong = (port: number, ports: Ports) =>
	ports.some((one) => (typeof one === 'number' ? one === port : one[0] <= port && port <= one[1]));

/** The meaning of a scope, word by word from demand.ts. */
const accepts = (scope: readonly ScopeClause[], s: Subject) =>
	scope.some(
		(clause) =>
			(clause.pids?.includes(s.pid) ?? true) &&
			(clause.comms?.includes(s.comm) ?? true) &&
			(clause.localPorts === undefined || isAmong(s.localPort, clause.localPorts)) &&
			(clause.remotePorts === undefined || isAmong(s.remotePort, clause.remotePorts)) &&
			(clause.localNets?.some((net) => inNet(s.localIp, net)) ?? true) &&
			(clause.remoteNets?.some((net) => inNet(s.remoteIp, net)) ?? true) &&
			(clause.side === undefined || s.side === 'unknown' || clause.side === s.side) &&
			(clause.netns?.includes(s.netns) ?? true),
	);

/** The verdict as bpf/scope.bpf.h reaches it from the tables. */
function verdict(image: ScopeImage, bank: number, s: Subject): boolean {
	const header = new DataView(image.header.buffer);
	const word = (at: number) => header.getUint32(at, true);
	const exact = (map: string, key: Buffer) =>
		image.entries.find((e) => e.map === map && Buffer.from(e.key).equals(key))?.clauses ?? 0;
	const id = (value: number) => Buffer.from(Uint32Array.of(bank, value).buffer);
	const name = Buffer.alloc(68);
	name[0] = bank;
	name.write(s.comm, 4);
	const longestPrefix = (map: string, end: number, bytes: Uint8Array) => {
		const wanted = bitsOf(Uint8Array.of(bank, end, ...bytes));
		const matches = image.entries
			.filter((e) => e.map === map)
			.map((e) => ({ clauses: e.clauses, bits: Buffer.from(e.key).readUInt32LE(NetKey.prefixBits), key: e.key }))
			.filter(({ key, bits }) => wanted.startsWith(bitsOf(key.subarray(NetKey.bank)).slice(0, bits)))
			.sort((a, b) => b.bits - a.bits);
		return matches[0]?.clauses ?? 0;
	};
	const byPort = (end: number, port: number) => longestPrefix('scope_ports', end, Uint8Array.of(port >> 8, port & 255));
	const byIp = (end: number, ip: string) => longestPrefix('scope_nets', end, bytesOf(ip));
	const masks: Record<(typeof DIMENSIONS)[number], number> = {
		pid: exact('scope_pids', id(s.pid)),
		comm: exact('scope_names', name),
		localPort: byPort(0, s.localPort),
		remotePort: byPort(1, s.remotePort),
		localNet: byIp(0, s.localIp),
		remoteNet: byIp(1, s.remoteIp),
		side: word(Scope.side + 4 * ['unknown', 'client', 'server'].indexOf(s.side)),
		netns: exact('scope_netns', id(s.netns)),
	};
	return (
		DIMENSIONS.reduce(
			(clauses, dimension, index) => clauses & (word(Scope.free + 4 * index) | masks[dimension]),
			word(Scope.clauses),
		) !== 0
	);
}

const small = fc.integer({ min: 1, max: 3 });
const ip = fc.constantFrom('10.1.1.1', '10.1.2.1', '10.200.0.1', '127.0.0.1', '::1', 'fe80::1', '2001:db8::10.1.1.1');
const net = fc.constantFrom(
	'10.0.0.0/8',
	'10.1.0.0/16',
	'10.1.1.1',
	'0.0.0.0/0',
	'::/0',
	'::/79',
	'::1',
	'fe80::/10',
	'10.1.1.0/24',
);
const list = <T>(values: fc.Arbitrary<T>) => fc.array(values, { maxLength: 3 });

const port = fc.constantFrom(0, 1, 79, 80, 81, 8080, 65535);
const ports = list(fc.oneof(port, fc.tuple(port, port)));

const clause: fc.Arbitrary<ScopeClause> = fc.record(
	{
		pids: list(small),
		comms: list(fc.constantFrom('node', 'nginx', 'a-name-longer-than-the-16-bytes-of-comm')),
		localPorts: ports,
		remotePorts: ports,
		localNets: list(net),
		remoteNets: list(net),
		side: fc.constantFrom('client', 'server'),
		netns: list(small),
	},
	{ requiredKeys: [] },
);

const subject: fc.Arbitrary<Subject> = fc.record({
	pid: small,
	comm: fc.constantFrom('node', 'nginx', 'other', 'a-name-longer-than-the-16-bytes-of-comm'),
	localPort: port,
	remotePort: port,
	localIp: ip,
	remoteIp: ip,
	side: fc.constantFrom('unknown', 'client', 'server'),
	netns: small,
});

test('the tables of a scope give the verdict that its clauses mean', () => {
	fc.assert(
		fc.property(fc.array(clause, { maxLength: 32 }), subject, fc.constantFrom(0, 1), (scope, socket, bank) => {
			assert.equal(verdict(compileScope(scope, bank), bank, socket), accepts(scope, socket));
		}),
		{ numRuns: 2000 },
	);
});

const isWithin = (port: number, [from, to]: Bounds) => from <= port && port <= to;

test('what is in scope has a port within the bounds, also where another scope has widened them', () => {
	const ofPorts = fc.record(
		{ localPorts: ports, remotePorts: ports, comms: list(fc.constant('node')) },
		{ requiredKeys: [] },
	);
	const scopes = fc.array(ofPorts, { minLength: 1, maxLength: 3 });
	fc.assert(
		fc.property(scopes, scopes, subject, (scope, before, socket) => {
			fc.pre(accepts(scope, socket));
			for (const { local, remote } of [portBounds(scope), aroundBoth(portBounds(before), portBounds(scope))])
				assert.ok(isWithin(socket.localPort, local) || isWithin(socket.remotePort, remote));
		}),
		{ numRuns: 2000 },
	);
});

test('bounds of ports leave out what no clause can mean', () => {
	assert.deepEqual(portBounds([]), NO_PORTS);
	assert.deepEqual(portBounds([{ localPorts: [80, [8000, 8010]] }]), { local: [80, 8010], remote: NO_PORTS.remote });
	// The two ends of server_port == 80.
	assert.deepEqual(
		portBounds([
			{ localPorts: [80], side: 'server' },
			{ remotePorts: [80], side: 'client' },
		]),
		{ local: [80, 80], remote: [80, 80] },
	);
	assert.deepEqual(portBounds([{ localPorts: [80] }, { comms: ['nginx'] }]).local, [0, 65535]);
});

test('roots are the processes whose children count', () => {
	const { roots, pids } = compileScope([{ pids: [7], withChildren: true }, { pids: [7, 8] }], 0);
	assert.deepEqual([...roots], [[7, 1]]);
	assert.deepEqual(
		[...pids],
		[
			[7, 3],
			[8, 2],
		],
	);
});

test('what a scope cannot be is an error with its text', () => {
	for (const text of [
		'10.0.0.0/33',
		'10.0.0',
		'fe80::1%eth0',
		'::1/129',
		'example.org',
		'1.2.3.4/',
		'1.2.3.4/8/8',
		'',
	]) {
		assert.throws(
			() => compileScope([{ localNets: [text] }], 0),
			(error) => error instanceof CaptureError && error.code === 'bad-scope' && error.message.includes(`"${text}"`),
		);
	}
	const many = Array.from({ length: 33 }, () => ({}));
	assert.throws(() => compileScope(many, 0), /at most 32/);
});

test('what a process has inherited in one scope it has in another one that names the same ancestors', () => {
	const before: ScopeClause[] = [
		{ pids: [1], withChildren: true, comms: ['a'] },
		{ pids: [1, 2], withChildren: true },
		{ pids: [1] },
		{ localPorts: [80] },
	];
	const after: ScopeClause[] = [
		{ pids: [1, 2], withChildren: true },
		{ pids: [1] },
		{ pids: [3, 1], withChildren: true },
		{},
		{ pids: [1], withChildren: true },
	];
	const inherited = [1, 2, 4, 8, 3].map((clauses) => inheritedFrom(before, after, clauses));
	assert.deepEqual(inherited, [0b10101, 0b00001, 0, 0, 0b10101]);
	assert.equal(inheritedFrom([], after, -1), 0);
});

test('the processes of a bank are read as they are written', () => {
	const entries = [pidEntry(0, 7, 1), pidEntry(1, 8, 2), pidEntry(1, 9, -(2 ** 31))].map(({ key, clauses }) =>
		Buffer.concat([key, new Uint8Array(Int32Array.of(clauses).buffer)]),
	);
	assert.deepEqual(
		[...pidsIn(Buffer.concat(entries), 1)],
		[
			[8, 2],
			[9, 2 ** 31],
		],
	);
});
