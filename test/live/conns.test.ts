import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Terminal } from '../shell/terminal.ts';
import { MODE } from '../support/capture-mode.ts';
import { freePort } from '../support/nginx.ts';
import { claudeinsight, jsonLines, start } from '../support/tool.ts';
import { connectHosts, SERVER_INTERFACE, SERVER_IP } from '../support/two-hosts.ts';

/* The table of connections, live: both ends are of this process. */

const folder = mkdtempSync(join(tmpdir(), 'ciq-conns-'));
after(() => rmSync(folder, { recursive: true }));

/** Takes connections and does nothing; an end of the other side is not answered. */
async function listen(t: TestContext, host = '127.0.0.1'): Promise<{ server: Server; port: number }> {
	const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }).listen(0, host);
	await once(server, 'listening');
	t.after(() => server.close());
	return { server, port: (server.address() as AddressInfo).port };
}

/** A connection to it: both ends. */
async function open(t: TestContext, { server, port }: { server: Server; port: number }, host = '127.0.0.1') {
	const accepted = once(server, 'connection');
	const client = connect({ port, host, allowHalfOpen: true });
	const [served] = (await accepted) as [Socket];
	for (const socket of [client, served]) {
		socket.on('error', () => {});
		t.after(() => socket.destroy());
	}
	if (client.connecting) await once(client, 'connect');
	return { client, served };
}

const ofPort = (port: number) => `local_port == ${port} or remote_port == ${port}`;

async function rowsOf(query: string, act: () => Promise<unknown> = async () => {}) {
	const tool = claudeinsight(['-e', query]);
	await tool.saw(/capturing/);
	await act();
	const { status, stdout, stderr } = await tool.finished;
	assert.equal(status, 0, stderr);
	return jsonLines(stdout);
}

test('a connection that one end has closed: FIN-WAIT-2 and CLOSE-WAIT, and who closed', async (t) => {
	const listener = await listen(t);
	const { client, served } = await open(t, listener);
	await open(t, listener);
	const ended = once(served.resume(), 'end');
	client.end();
	await ended;
	const rows = await rowsOf(
		`conns where ${ofPort(listener.port)} | select side, state, close_reason | sort side, state`,
	);
	assert.deepEqual(rows, [
		{ side: 'client', state: 'ESTABLISHED', close_reason: null },
		{ side: 'client', state: 'FIN-WAIT-2', close_reason: 'local close' },
		{ side: 'server', state: 'CLOSE-WAIT', close_reason: 'remote close' },
		{ side: 'server', state: 'ESTABLISHED', close_reason: null },
	]);
	const leaks = `conns where state == "CLOSE-WAIT" and local_port == ${listener.port} | stat count() by pid`;
	assert.deepEqual(await rowsOf(leaks), [{ pid: process.pid, count: 1 }]);
});

test('round trip, retransmissions and bytes are those that the kernel has counted, also of IPv6', async (t) => {
	const listener = await listen(t, '::1');
	const { client, served } = await open(t, listener, '::1');
	const came = once(served.resume(), 'data');
	client.write('hello');
	await came;
	const fields = 'side, local_ip, rtt, retransmits, bytes_sent, bytes_received';
	const rows = await rowsOf(`conns where ${ofPort(listener.port)} | select ${fields} | sort side`);
	for (const { rtt } of rows) assert.ok(typeof rtt === 'number' && rtt > 0 && rtt < 1000, `${rtt}`);
	const both = { local_ip: '::1', retransmits: 0 };
	assert.deepEqual(
		rows.map(({ rtt, ...row }) => row),
		[
			{ side: 'client', ...both, bytes_sent: 5, bytes_received: 0 },
			{ side: 'server', ...both, bytes_sent: 0, bytes_received: 5 },
		],
	);
});

test('connections between other network namespaces, with the segments that were sent again', async () => {
	const object = join(folder, 'drop.o');
	const bpf = join(import.meta.dirname, '../../bpf');
	const source = join(import.meta.dirname, 'stages/drop.bpf.c');
	execFileSync('clang', ['-target', 'bpf', '-mcpu=v3', '-O2', '-g', `-I${bpf}`, '-c', source, '-o', object]);
	const { client, server } = await connectHosts({});
	server.say({ host: SERVER_IP });
	const { port } = await server.hears<{ port: number }>();
	server.run('ip', 'link', 'set', 'dev', SERVER_INTERFACE, 'xdpdrv', 'obj', object, 'sec', 'xdp');
	const ends = `(remote_ip == ${SERVER_IP} or local_ip == ${SERVER_IP}) and (${ofPort(port)})`;
	const query = `conns --follow where ${ends} | where event == "close" | head 2 | select side, retransmits | sort side`;
	const rows = await rowsOf(query, async () => {
		client.say({ host: SERVER_IP, port });
		await client.hears();
		for (const host of [client, server]) process.kill(Number(host.pid));
	});
	assert.deepEqual(rows, [
		{ side: 'client', retransmits: 2 },
		{ side: 'server', retransmits: 0 },
	]);
});

for (const [name, host, to] of [
	['one address', '127.0.0.1', '127.0.0.1'],
	['all addresses', '::', '127.0.0.1'],
	['an address of IPv6', '::1', '::1'],
] as const)
	test(`the role of an older client is known without its server in scope: a listener on ${name}`, async (t) => {
		const listener = await listen(t, host);
		const { port } = listener;
		await open(t, listener, to);
		const client = [{ side: 'client', pid: process.pid, server_port: port }];
		const fields = 'select side, pid, server_port';
		for (const condition of [
			`server_port == ${port} and side == "client"`,
			`remote_port == ${port}`,
			`remote_port == ${port} and pid == ${process.pid}`,
			`server_port == ${port} and pid == ${process.pid} and local_port != ${port}`,
		])
			assert.deepEqual(await rowsOf(`conns where ${condition} | ${fields}`), client, condition);
		assert.deepEqual(await rowsOf(`conns where remote_port == ${port} and side == "server" | ${fields}`), []);
	});

/** What is said of the two ends of a connection, and of attempts, as they come and go. */
const FOLLOWED: Readonly<
	Record<
		string,
		readonly [act: (t: TestContext, port: number, server: Server) => Promise<unknown>, closed: Record<string, string>]
	>
> = {
	'that carries nothing': [
		async (t, port, server) => {
			const { client, served } = await open(t, { server, port });
			client.destroy();
			served.destroy();
		},
		{ client: 'local close', server: 'remote close' },
	],
	'that the server closes': [
		async (t, port, server) => {
			const { client, served } = await open(t, { server, port });
			const asked = once(served.resume(), 'data');
			client.write('hi');
			await asked;
			const ended = once(client.resume(), 'end');
			served.end('bye');
			await ended;
			client.destroy();
			served.destroy();
		},
		{ client: 'remote close', server: 'local close' },
	],
	'that is reset': [
		async (t, port, server) => {
			const { client, served } = await open(t, { server, port });
			const closed = new Promise((resolve) => served.resume().once('close', resolve));
			client.resetAndDestroy();
			await closed;
		},
		{ client: 'local reset', server: 'remote reset' },
	],
	'that nobody takes': [
		async (_, port, server) => {
			await new Promise((resolve) => server.close(resolve));
			await assert.rejects(once(connect(port, '127.0.0.1'), 'connect'), /ECONNREFUSED/);
		},
		{ client: 'refused' },
	],
};

for (const [name, [act, expected]] of Object.entries(FOLLOWED))
	test(`conns --follow: a connection ${name}`, async (t) => {
		const { server, port } = await listen(t);
		const count = Object.keys(expected).length;
		const fields = 'side, event, pid, ts, opened_at, close_reason, bytes_sent, bytes_received';
		const query = `conns --follow where ${ofPort(port)} | head ${2 * count} | select ${fields}`;
		const rows = await rowsOf(query, () => act(t, port, server));
		const sides = (event: string) => rows.filter((row) => row.event === event).map(({ side }) => side);
		assert.deepEqual([sides('open').sort(), sides('close').sort()], [Object.keys(expected), Object.keys(expected)]);
		const [asked, answered] = name === 'that the server closes' ? ['hi'.length, 'bye'.length] : [0, 0];
		for (const { event, side, pid, ts, opened_at, close_reason, bytes_sent, bytes_received } of rows) {
			// Before its process has touched it, nobody knows whose it is, unless the search of every second came between.
			const isUntouched = name === 'that is reset' && side === 'server';
			assert.ok(pid === process.pid || (isUntouched && pid === null), `${side}: ${pid}`);
			if (event === 'open') assert.equal(ts, opened_at);
			else {
				assert.deepEqual([String(ts) > String(opened_at), close_reason], [true, expected[String(side)]]);
				assert.deepEqual([bytes_sent, bytes_received], side === 'server' ? [answered, asked] : [asked, answered]);
			}
		}
	});

/** A listener that takes one connection and never accepts it: further ones get no answer. */
const DEAF =
	"import socket, sys; s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(0); print(s.getsockname()[1], flush=True); sys.stdin.read()";

test('an attempt that gets no answer is there while it waits, and ends once, by who gives it up', async (t) => {
	const deaf = start('python3', ['-c', DEAF], { stdio: ['pipe', 'pipe', 'pipe'] });
	t.after(() => deaf.child.kill());
	await deaf.saw(/\d+\n/);
	const port = Number(deaf.stdout);
	const taken = connect(port, '127.0.0.1');
	await once(taken, 'connect');
	t.after(() => taken.destroy());
	const query = `conns --follow where remote_port == ${port} | select event, state, close_reason`;
	const follows = claudeinsight(['-e', query]);
	await follows.saw(/capturing/);
	const waiting = connect(port, '127.0.0.1');
	const seen = await rowsOf(`conns where remote_port == ${port} | select state, pid | sort state`);
	assert.deepEqual(seen, [
		{ state: 'ESTABLISHED', pid: process.pid },
		{ state: 'SYN-SENT', pid: process.pid },
	]);
	await follows.saw(/SYN-SENT/);
	waiting.destroy();
	await follows.saw(/close/);
	await sleep(300);
	follows.child.kill('SIGINT');
	const rows = jsonLines((await follows.finished).stdout);
	assert.deepEqual(rows, [
		{ event: 'open', state: 'SYN-SENT', close_reason: null },
		{ event: 'close', state: 'CLOSED', close_reason: 'local close' },
	]);
});

test('conns | until: the connections at that moment, older and newer ones, quiet ones too', async (t) => {
	const listener = await listen(t);
	await open(t, listener);
	const gone = await open(t, listener);
	const query = `conns where remote_port == ${listener.port} | until 1500ms | select local_port, age`;
	const ports: (number | undefined)[] = [];
	const rows = await rowsOf(query, async () => {
		gone.client.destroy();
		gone.served.destroy();
		ports.push((await open(t, listener)).client.localPort);
	});
	assert.equal(rows.length, 2);
	const [old, fresh] = rows;
	assert.equal(old?.age, null);
	assert.equal(fresh?.local_port, ports[0]);
	assert.ok(Number(fresh?.age) > 0);
});

test('neither listening sockets nor those without a connection are in the table', async (t) => {
	const { port } = await listen(t);
	const unused = await freePort();
	assert.deepEqual(await rowsOf(`conns where local_port in [${port}, ${unused}]`), []);
});

test('conns on a terminal: refreshed while connections come and go, and said where there are none', async (t) => {
	const listener = await listen(t);
	const { port } = listener;
	const query = `conns where remote_port == ${port} | select state, side, remote_port`;
	const terminal = new Terminal(`--capture-mode=${MODE} -e "${query}"`, {});
	t.after(() => terminal.kill());
	await terminal.sees(/state +side +remote_port\r\n\(no rows\)/);
	const { client, served } = await open(t, listener);
	await terminal.sees(new RegExp(`ESTABLISHED +client +${port}`));
	client.end();
	await terminal.sees(new RegExp(`FIN-WAIT-2 +client +${port}`));
	client.destroy();
	served.destroy();
	await terminal.sees(/remote_port\r\n\(no rows\)/);
	terminal.type('\x03');
	assert.equal(await terminal.ended(), 130);
});
