import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ScopeClause } from '../../../engine/capture/demand.ts';
import { Role } from '../../../engine/capture/events.ts';
import { eventsOf } from '../../support/capture-events.ts';
import { capture, demandFor, Peers, portScope, Recorder } from '../../support/capture-live.ts';
import { MODE } from '../../support/capture-mode.ts';

/*
 * Every test runs two programs that talk at the same time, one inside the scope, one outside, and looks for the marker of
 * the outer one in all bytes that left the kernel. Scopes never reach beyond the two: they name ports, processes,
 * namespaces or names of this test alone.
 */

const INSIDE = 'the-program-inside';
const OUTSIDE = 'secret-of-the-other';

interface Talker {
	readonly port: number;
	readonly pid: number;
	readonly netns: number;
}

interface Program {
	readonly options?: object;
	readonly wrapper?: readonly string[];
}

const folder = mkdtempSync(join(tmpdir(), 'capture-scope-'));
after(() => rmSync(folder, { recursive: true }));

const SHELL = ['sh', '-c', '"$@"; true', 'sh'];
const OWN_NETWORK = { options: { own_loopback: true }, wrapper: ['unshare', '--net'] };

const CASES: {
	name: string;
	inside?: Program;
	outside?: Program;
	scope: (inside: Talker & { starter: number }, outside: Talker) => ScopeClause[];
}[] = [
	{ name: 'ports', scope: ({ port }) => portScope(port) },
	{ name: 'a process', scope: ({ pid }) => [{ pids: [pid] }] },
	{
		name: 'a process that has children already',
		inside: { wrapper: SHELL },
		scope: ({ starter }) => [{ pids: [starter], withChildren: true }],
	},
	{ name: 'a network namespace', inside: OWN_NETWORK, scope: ({ netns }) => [{ netns: [netns] }] },
	{
		name: 'remote addresses',
		inside: { options: { host: '127.77.1.1', from: '127.77.1.2' } },
		outside: { options: { host: '127.78.1.1', from: '127.77.200.2' } },
		scope: (inside, outside) => [
			{ remoteNets: ['127.77.0.0/17'], localPorts: [inside.port, outside.port] },
			{ remoteNets: ['127.77.0.0/17'], remotePorts: [inside.port, outside.port] },
		],
	},
	{
		name: 'local addresses',
		inside: { options: { host: '127.77.1.1', from: '127.77.1.2' } },
		scope: (inside, outside) => [
			{ localNets: ['127.77.1.0/30'], localPorts: [inside.port, outside.port] },
			{ localNets: ['127.77.1.0/30'], remotePorts: [inside.port, outside.port] },
		],
	},
	{
		name: 'IPv6 addresses',
		inside: { options: { family: 6 } },
		scope: (inside, outside) => [
			{ localNets: ['::1'], localPorts: [inside.port, outside.port] },
			{ remoteNets: ['::/96'], remotePorts: [inside.port, outside.port] },
		],
	},
	{
		name: 'the name of a process, not that of a thread',
		inside: { options: { process_name: 'ciq-name', thread_name: 'ciq-thread' } },
		outside: { options: { thread_name: 'ciq-name' } },
		scope: () => [{ comms: ['ciq-name'] }],
	},
	{
		name: 'several dimensions at once',
		outside: { options: { from: '127.0.0.9' } },
		scope: (inside, outside) => [
			{ pids: [inside.pid, outside.pid], remoteNets: ['127.0.0.1'], remotePorts: [inside.port] },
			{ pids: [inside.pid, outside.pid], localNets: ['127.0.0.1'], localPorts: [inside.port] },
		],
	},
];

for (const { name, inside, outside, scope } of CASES) {
	test(`nothing of a program outside leaves the kernel: by ${name}`, async () => {
		const options = { pause: 0.001 };
		const one = new Peers('talk', { ...options, ...inside?.options, marker: INSIDE }, inside?.wrapper);
		const other = new Peers('talk', { ...options, ...outside?.options, marker: OUTSIDE }, outside?.wrapper);
		const [talker, stranger] = [await one.says<Talker>(), await other.says<Talker>()];
		const clauses = scope({ ...talker, starter: one.pid }, stranger);
		let rounds: { rounds: number }[] = [];
		const { raw, events } = await capture(demandFor(clauses), async () => {
			for (const peers of [one, other]) peers.go();
			await sleep(150);
			for (const peers of [one, other]) peers.go();
			rounds = [await one.says(), await other.says()];
		});
		for (const { rounds: count } of rounds) assert.ok(count > 5, 'no traffic: the test shows nothing');
		assert.ok(raw.includes(INSIDE), 'nothing of the program inside');
		assert.ok(!raw.includes(OUTSIDE), 'bytes of the program outside');
		assert.ok(!raw.includes(OUTSIDE.slice(0, 8)), 'a part of the program outside');
		const ports = eventsOf(events, 'open').map((open) => [open.local, open.remote].join());
		assert.equal(ports.length, 2);
		for (const pair of ports) assert.ok(pair.includes(`:${talker.port}`), pair);
	});
}

test('one socket in the hands of two processes is judged for each', async () => {
	const peers = new Peers('inherited', { rounds: 20, parent: OUTSIDE, child: INSIDE });
	const { child } = await peers.says<{ child: number }>();
	const { raw, events } = await capture(demandFor([{ pids: [child] }]), async () => {
		peers.go();
		await peers.says();
	});
	assert.ok(!raw.includes(OUTSIDE.slice(0, 8)));
	const payload = Buffer.concat(eventsOf(events, 'data').map((event) => event.payload));
	assert.equal(payload.toString(), INSIDE.repeat(20));
});

test('an empty scope matches nothing', async () => {
	const peers = new Peers('talk', { marker: INSIDE, rounds: 20 });
	await peers.says();
	const { raw } = await capture(demandFor([]), async () => {
		peers.go();
		await peers.says();
	});
	assert.ok(!raw.includes(INSIDE));
});

test('a side takes only its own ends', async () => {
	for (const side of ['client', 'server'] as const) {
		const peers = new Peers('talk', { marker: INSIDE, rounds: 20 });
		const { port, pid } = await peers.says<Talker>();
		const { events } = await capture(demandFor([{ side, pids: [pid] }]), async () => {
			peers.go();
			await peers.says();
		});
		const [open, ...others] = eventsOf(events, 'open');
		assert.ok(open);
		assert.deepEqual(others, []);
		assert.equal(open.role, Role[side]);
		assert.ok((side === 'client' ? open.remote : open.local).endsWith(`:${port}`));
		assert.equal(eventsOf(events, 'data').length, 40);
		assert.ok(open.openedAt > 0n && open.establishedAt >= open.openedAt);
	}
});

test('what a process in scope starts later is in scope, until it ends', async () => {
	// The shell waits, so everything it runs is started after the capture began.
	const peers = new Peers('talk', { marker: INSIDE, rounds: 5 }, ['sh', '-c', 'read line; "$@"; true', 'sh']);
	const { events } = await capture(demandFor([{ pids: [peers.pid], withChildren: true }]), async () => {
		peers.go();
		await peers.says();
		peers.go();
		await peers.says();
		await peers.exited();
	});
	const [process, ...others] = eventsOf(events, 'process');
	assert.ok(process);
	assert.deepEqual(others, []);
	assert.equal(process.parent, peers.pid);
	assert.equal(eventsOf(events, 'data').length, 20);
	assert.deepEqual(
		eventsOf(events, 'exit').map(({ tgid, started }) => ({ tgid, started })),
		[{ tgid: process.tgid, started: process.started }],
	);
});

test('children of a process without its children are outside', async () => {
	const peers = new Peers('talk', { marker: OUTSIDE, rounds: 5 }, ['sh', '-c', 'read line; "$@"; true', 'sh']);
	const { raw } = await capture(demandFor([{ pids: [peers.pid] }]), async () => {
		peers.go();
		await peers.says();
		peers.go();
		await peers.says();
	});
	assert.ok(!raw.includes(OUTSIDE));
});

test('a process is reported again after exec, under its new name', async () => {
	const peers = new Peers('talk', { marker: INSIDE, rounds: 3, exec: join(folder, 'renamed') });
	const { pid } = await peers.says<Talker>();
	const { events } = await capture(demandFor([{ pids: [pid] }]), async () => {
		peers.go();
		await peers.says();
		await peers.says();
		peers.go();
		await peers.says();
		await peers.exited();
	});
	const reports = eventsOf(events, 'process');
	assert.equal(reports.length, 2);
	for (const report of reports) assert.deepEqual([report.tgid, report.started], [pid, reports[0]?.started]);
	assert.equal(reports[1]?.comm, 'renamed');
	const paths = eventsOf(events, 'exe');
	assert.ok(paths.length > 0 && paths.every((exe) => exe.tgid === pid && exe.names[0] === reports[0]?.exe));
});

test('a scope is replaced while events flow', async () => {
	const [one, other] = [INSIDE, OUTSIDE].map((marker) => new Peers('talk', { marker, pause: 0.001 }));
	assert.ok(one && other);
	const [first, second] = [await one.says<Talker>(), await other.says<Talker>()];
	const recorder = new Recorder(demandFor(portScope(first.port))).start();
	for (const peers of [one, other]) peers.go();
	await recorder.until((events) => eventsOf(events, 'data').length > 20);
	assert.ok(!recorder.raw.includes(OUTSIDE));
	recorder.source.setDemand(demandFor(portScope(second.port)));
	const replaced = process.hrtime.bigint();
	const opensOf = (port: number) => (open: { local: string }) => open.local.endsWith(`:${port}`);
	await recorder.until((events) => eventsOf(events, 'open').some(opensOf(second.port)));
	await sleep(50);
	// On a slow machine a call of the second one may be under way from before until the end.
	const { events } = await recorder.stop({ straddling: MODE === 'syscall' });
	const firstSockets = new Set(
		eventsOf(events, 'open')
			.filter((open) => open.local.endsWith(`:${first.port}`) || open.remote.endsWith(`:${first.port}`))
			.map((open) => open.cookie),
	);
	// A call that had been judged before may have begun a moment after.
	const late = eventsOf(events, 'data').filter((e) => firstSockets.has(e.cookie) && e.start > replaced + 2_000_000n);
	assert.deepEqual(late, []);
});

test('a Node process is found by the name of its executable', async () => {
	const { spawn } = await import('node:child_process');
	const { createInterface } = await import('node:readline');
	const script = `
		const server = require('node:http').createServer((_, answer) => answer.end('${INSIDE}'));
		server.listen(0, '127.0.0.1', () => console.log(server.address().port));
		process.stdin.once('data', () => fetch('http://127.0.0.1:' + server.address().port).then((r) => r.text()).then(() => console.log('done')));
	`;
	const node = spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'pipe', 'inherit'] });
	after(() => node.kill());
	const lines = createInterface({ input: node.stdout })[Symbol.asyncIterator]();
	const port = Number((await lines.next()).value);
	const scopes: ScopeClause[] = [
		{ comms: ['node'], localPorts: [port] },
		{ comms: ['no-such-name'], remotePorts: [port] },
	];
	const { events } = await capture(demandFor(scopes), async () => {
		node.stdin.write('go\n');
		await lines.next();
	});
	assert.deepEqual(
		eventsOf(events, 'open').map((open) => open.local),
		[`127.0.0.1:${port}`],
	);
	assert.deepEqual(
		eventsOf(events, 'process').map(({ tgid, exe }) => ({ tgid, exe })),
		[{ tgid: node.pid, exe: 'node' }],
	);
});
