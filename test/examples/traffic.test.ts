import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT, type Running, start } from '../support/tool.ts';

async function startTraffic(...args: string[]): Promise<{ traffic: Running; port: number }> {
	const traffic = start(`${ROOT}/examples/traffic.sh`, args);
	await traffic.saw(/serves on 127\.0\.0\.1:\d+\n/);
	return { traffic, port: Number(/:(\d+)\n/.exec(traffic.stderr)?.[1]) };
}

/** Polls until it is so; the test's own time limit ends a wait in vain. */
async function until(isSo: () => boolean): Promise<void> {
	while (!isSo()) await sleep(20);
}

/** Who has talked to a port, from the kernel's table; addresses there are little-endian hexadecimal. */
function clientsOf(port: number): Set<string> {
	const clients = new Set<string>();
	for (const line of readFileSync('/proc/net/tcp', 'utf8').split('\n').slice(1, -1)) {
		const [, local, remote] = line.trim().split(/\s+/);
		const [address, remotePort] = local.split(':');
		if (Number.parseInt(remote.split(':')[1], 16) !== port || remotePort === '0000') continue;
		clients.add([...Buffer.from(address, 'hex')].reverse().join('.'));
	}
	return clients;
}

const childrenOf = (parent: number): number[] =>
	readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name) && parentOf(Number(name)) === parent)
		.map(Number);

function parentOf(pid: number): number | undefined {
	try {
		return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')[1]);
	} catch {
		// Ended while we were looking.
		return undefined;
	}
}

const isGone = (pid: number) => parentOf(pid) === undefined;

test('the shop has a slow endpoint, an error endpoint and the rest', { timeout: 30_000 }, async () => {
	const { traffic, port } = await startTraffic();
	const expected: [string, string, number, RegExp][] = [
		['GET', '/', 200, /<h1>Teapots/],
		['GET', '/api/items', 200, /^\[\{"id":0/],
		['GET', '/api/items/17', 200, /Teapot no\. 17/],
		['GET', '/api/search?q=tea%20pot', 200, /^\{"query":"tea pot"/],
		['GET', '/api/stock', 200, /^\{"id":0,"stock":0\}\n/],
		['POST', '/api/cart', 201, /"total":8900/],
		['POST', '/api/pay', 500, /payment provider/],
		['DELETE', '/api/cart', 204, /^$/],
		['GET', '/api/account', 404, /not found/],
		['GET', '/catalogue.csv', 200, /^id;name;price\n[\s\S]{49986}$/],
	];
	for (const [method, path, status, text] of expected) {
		const body = method === 'POST' ? '{"item":17,"count":2}' : undefined;
		const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, body });
		assert.equal(response.status, status, path);
		assert.match(await response.text(), text, path);
	}
	const broken = await fetch(`http://127.0.0.1:${port}/api/cart`, { method: 'POST', body: 'no JSON' });
	assert.equal(broken.status, 400);

	const customers = ['127.0.0.2', '127.0.0.3', '127.0.0.4', '127.0.0.5', '127.0.0.6'];
	const seen = new Set<string>();
	await until(() => {
		for (const client of clientsOf(port)) seen.add(client);
		return customers.every((customer) => seen.has(customer));
	});
	traffic.child.kill('SIGTERM');
	await traffic.finished;
});

test('it leaves nobody behind, however it ends', { timeout: 30_000 }, async () => {
	const ends: [NodeJS.Signals, number | null][] = [
		['SIGTERM', 0],
		['SIGINT', 0],
		['SIGKILL', null],
	];
	for (const [signal, expected] of ends) {
		const { traffic } = await startTraffic();
		const children = childrenOf(traffic.pid);
		assert.equal(children.length, 2);
		traffic.child.kill(signal);
		const { status, stdout } = await traffic.finished;
		assert.deepEqual([status, stdout], [expected, ''], signal);
		await until(() => children.every(isGone));
	}
});

test('a duration ends it, nonsense is refused', { timeout: 30_000 }, async () => {
	const { traffic } = await startTraffic('0.2');
	assert.equal((await traffic.finished).status, 0);
	const wrong = await start(`${ROOT}/examples/traffic.sh`, ['soon']).finished;
	assert.deepEqual(
		[wrong.status, wrong.stderr],
		[2, "traffic.sh: the number of seconds must be positive, not 'soon'\n"],
	);
});
