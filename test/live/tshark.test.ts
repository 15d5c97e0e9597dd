import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pcap } from '../capture/pcap/files.ts';
import { REQUEST, response, Talk } from '../capture/pcap/talk.ts';
import { run } from '../shell/program.ts';
import { type Nginx, startNginx } from '../support/nginx.ts';
import { capturePort, skip, tsharkFields } from '../support/tcpdump.ts';
import { jsonLines, start } from '../support/tool.ts';

/** An exchange as both tell it; times in ns. */
interface Told {
	readonly port: number;
	readonly method: string;
	readonly path: string;
	readonly status: number;
	readonly latency: number;
	readonly size: number;
}

let nginx: Nginx;
const folder = mkdtempSync(join(tmpdir(), 'ciq-tshark-'));
before(async () => {
	nginx = await startNginx();
	nginx.file('large.bin', 3_000_000);
});
after(async () => {
	await nginx.stop();
	rmSync(folder, { recursive: true });
});

/** The packets of a load on nginx. */
async function captured(name: string, load: () => Promise<unknown>): Promise<string> {
	const path = join(folder, `${name}.pcap`);
	await capturePort(nginx.port, path, load);
	return path;
}

const tshark = (path: string, filter: string, ...fields: string[]): string[][] =>
	tsharkFields(path, nginx.port, filter, ...fields);

/** By connection and order, as tshark pairs them. */
const byTshark = (path: string): Told[] => {
	const requests = new Map(
		tshark(path, 'http.request', 'frame.number', 'http.request.method', 'http.request.uri').map(
			([frame = '', method = '', uri = '']) => [frame, { method, path: uri }],
		),
	);
	const fields = [
		'http.request_in',
		'tcp.dstport',
		'http.response.code',
		'http.time',
		'tcp.len',
		'tcp.reassembled.length',
	];
	return tshark(path, 'http.response', ...fields).map(([frame = '', port, status, time, length, reassembled]) => ({
		port: Number(port),
		...(requests.get(frame) ?? { method: '?', path: '?' }),
		status: Number(status),
		latency: Math.round(Number(time) * 1e9),
		size: Number(reassembled || length),
	}));
};

const byUs = (path: string): Told[] => {
	const query =
		'watch http where answered | select port = client_port, method, path, status, latency, size = resp_size';
	const { stdout, stderr, status } = run(['-e', query, '--from', path, '--format', 'json', '--strict'], {
		maxBuffer: 64 << 20,
	});
	assert.equal(status, 0, stderr);
	return stdout
		.trim()
		.split('\n')
		.map((text) => JSON.parse(text))
		.map((row) => ({ ...row, latency: Math.round(row.latency * 1e6) }));
};

const rowsOf = (path: string, query: string): Record<string, unknown>[] => {
	const { stdout, stderr, status } = run(['-e', query, '--from', path, '--format', 'json', '--strict']);
	assert.equal(status, 0, stderr);
	return jsonLines(stdout);
};

const sorted = (told: readonly Told[]): string[] => told.map((one) => JSON.stringify(one)).sort();

const curl = (...args: string[]) => start('curl', ['-sS', '--globoff', '-o', '/dev/null', ...args]).finished;

describe('the same captures read by tshark', { skip }, () => {
	for (const host of ['127.0.0.1', '[::1]']) {
		test(`requests, statuses, sizes and latencies: ${host}`, async () => {
			const at = (path: string): string => `http://${host}:${nginx.port}${path}`;
			const path = await captured(host.replaceAll(/\W/g, '-'), async () => {
				// One connection: kept alive, with errors, a large body, and one in chunks.
				const paths = ['/', '/nothing', '/api/fail', '/large.bin', '/api/wait/30', '/api/a', '/index.html'];
				const { status, stderr } = await curl(...paths.flatMap((one) => [at(one), '-o', '/dev/null']));
				assert.equal(status, 0, stderr);
				await curl('-I', at('/'));
				await curl('-d', 'x'.repeat(100), at('/api/post'));
			});
			const ours = byUs(path);
			assert.equal(ours.length, 9);
			assert.deepEqual(sorted(ours), sorted(byTshark(path)));
			assert.deepEqual(ours.map(({ status }) => status).sort(), [200, 200, 200, 200, 200, 200, 200, 404, 503]);
		});
	}

	test('a load of many connections', async () => {
		const path = await captured('wrk', async () => {
			// As many as tcpdump can take: a slow service behind nginx.
			const wrk = ['-t1', '-c8', '-d1s', '--timeout', '5s', `http://127.0.0.1:${nginx.port}/api/wait/3`];
			assert.equal((await start('wrk', wrk).finished).status, 0);
		});
		const ours = byUs(path);
		assert.ok(ours.length > 100);
		assert.deepEqual(sorted(ours), sorted(byTshark(path)));
	});

	test('round trips of the handshakes', async () => {
		const path = await captured('handshakes', async () => {
			for (let i = 0; i < 5; i++) await curl(`http://127.0.0.1:${nginx.port}/`);
		});
		const theirs = tshark(path, 'http.response', 'tcp.dstport', 'tcp.analysis.initial_rtt');
		const told = rowsOf(path, 'watch http | select port = client_port, rtt');
		assert.equal(told.length, 5);
		assert.deepEqual(
			told.map(({ port, rtt }) => [port, Math.round(Number(rtt) * 1e6)]).sort(),
			theirs.map(([port, took]) => [Number(port), Math.round(Number(took) * 1e9)]).sort(),
		);
	});

	test('retransmissions, what was overtaken, and probes', () => {
		const talk = new Talk({ serverPort: nginx.port, step: 20_000_000n }).handshake();
		const body = response('x'.repeat(300));
		for (let i = 0; i < 8; i++) {
			const [up, down] = [talk.next('client'), talk.next('server')];
			talk.send('client', REQUEST);
			// By the timer, with nothing behind it.
			if (i === 1) for (let n = 0; n < 4; n++) talk.send('client', REQUEST, { seq: up });
			// Lost behind the capture point, and again.
			if (i === 2)
				for (let n = 0; n < 3; n++) talk.send('client', '', { seq: up }).send('client', REQUEST, { seq: up });
			// Keep-alive.
			if (i === 3) talk.send('client', '\n', { seq: up + REQUEST.length - 1 }).send('server');
			talk.send('server', body.slice(0, 100));
			// The second third is lost before the capture point.
			if (i === 4) {
				talk.send('server', body.slice(200), { seq: down + 200 });
				for (let n = 0; n < 5; n++) talk.send('client', '', { ack: down + 100 });
				talk.send('server', body.slice(100, 200), { seq: down + 100 }).skip('server', body.length - 100);
			} else {
				talk.send('server', body.slice(100, 200)).send('client');
				// Not needed: it has been acknowledged.
				if (i === 5) talk.send('server', body.slice(0, 100), { seq: down });
				talk.send('server', body.slice(200));
			}
			talk.send('client');
		}
		const path = join(folder, 'again.pcap');
		writeFileSync(path, pcap(talk.packets));
		const theirs = tshark(path, 'tcp.analysis.retransmission', 'frame.number').length;
		const told = rowsOf(path, 'watch http | select again = retransmits').map(({ again }) => Number(again));
		assert.deepEqual(told, [0, 4, 3, 0, 1, 1, 0, 0]);
		assert.equal(theirs, 9);
	});

	test('pipelined requests: several in a segment', async () => {
		const paths = Array.from({ length: 20 }, (_, n) => `/api/p${n}`);
		const path = await captured('pipelined', async () => {
			const socket = connect(nginx.port, '127.0.0.1');
			socket.write(paths.map((one) => `GET ${one} HTTP/1.1\r\nHost: x\r\n\r\n`).join(''));
			let answers = '';
			for await (const chunk of socket) {
				answers += chunk;
				if (answers.includes('fast /api/p19')) break;
			}
			socket.destroy();
		});
		assert.deepEqual(
			byUs(path).map((one) => one.path),
			paths,
		);
		const [uris] = tshark(path, 'http.request', 'http.request.uri');
		assert.deepEqual(uris?.[0]?.split(','), paths);
		const codes = tshark(path, 'http.response', 'http.response.code').flatMap(([codes = '']) => codes.split(','));
		assert.deepEqual(
			byUs(path).map(({ status }) => String(status)),
			codes,
		);
	});
});
