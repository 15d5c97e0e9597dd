import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';
import { pcap, START } from '../capture/pcap/files.ts';
import { REQUEST, response, Talk } from '../capture/pcap/talk.ts';
import { MAIN } from './program.ts';

/** A second of event time each: the first has the path that is asked for. */
const LINES = ['/a', '/b', '/b', '/b', '/b'].map((path, second) => {
	const time = (ms: number): string => new Date(Date.UTC(2026, 0, 2, 3, 4, second) + ms).toISOString();
	const request = `GET ${path} HTTP/1.1\r\n\r\n`;
	return JSON.stringify({
		start_time: time(0),
		end_time: time(1),
		protocol: 'HTTP',
		request,
		response: 'HTTP/1.1 200 OK\r\n\r\n',
	});
});

const packets = [0, 1, 2, 3, 4].flatMap(
	(second) =>
		new Talk({ clientPort: 40_000 + second, start: START + BigInt(second) * 1_000_000_000n })
			.handshake()
			.send('client', second === 0 ? REQUEST : REQUEST.replace('/a', '/b'))
			.send('server', response('hello'))
			.close().packets,
);

const INPUTS: Readonly<Record<string, Buffer>> = {
	log: Buffer.from(LINES.map((line) => `${line}\n`).join('')),
	'packet capture': pcap(packets),
};

for (const [kind, bytes] of Object.entries(INPUTS))
	test(`a window of a ${kind} that comes through a pipe is told when it is over, whatever a condition leaves out`, async (t) => {
		const query = 'from "-" http where path == "/a" | stat count() 1s';
		const child = spawn(process.execPath, [MAIN, '-e', query], { stdio: ['pipe', 'pipe', 'inherit'] });
		t.after(() => child.kill('SIGKILL'));
		child.stdin.write(bytes);
		const first = await new Promise<string>((resolve, reject) => {
			child.stdout.setEncoding('utf8').once('data', resolve);
			setTimeout(() => reject(new Error('nothing was told while the pipe was open')), 10_000).unref();
		});
		assert.match(first, /"count":1\b/);
		child.stdin.end();
	});
