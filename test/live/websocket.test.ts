import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { freePort } from '../support/nginx.ts';
import { claudeinsight, jsonLines } from '../support/tool.ts';
import { CLIENT, SERVER, script } from '../support/websocket-ends.ts';

/* The library ws as server and client, and the client of Node: real handshakes, compression, fragments, closes. */

const COLUMNS = 'protocol, path, status, direction, opcode, text, frames, compressed, code, reason, outcome';

interface Observed {
	readonly rows: readonly string[];
	readonly stderr: string;
}

/** What the server's end of a conversation shows, which begins when the capture runs. */
const observe = async (rows: number, talk: (port: number) => Promise<unknown>): Promise<Observed> => {
	const port = await freePort();
	const server = script(SERVER, port);
	try {
		await server.saw(/up/);
		const tool = claudeinsight(['-e', `watch where local_port == ${port} | head ${rows} | select ${COLUMNS}`]);
		await tool.saw(/capturing/);
		await talk(port);
		const { stdout, stderr, status } = await tool.finished;
		assert.equal(status, 0, stderr);
		return {
			rows: jsonLines(stdout).map((row) =>
				Object.values(row)
					.filter((value) => value !== null)
					.join(' '),
			),
			stderr,
		};
	} finally {
		server.child.kill();
		await server.finished;
	}
};

test('ws and ws: fragments, compression that refers back, ping and pong, close of the application', async () => {
	const { rows, stderr } = await observe(9, async (port) => {
		const { status } = await script(CLIENT, port).finished;
		assert.equal(status, 0);
	});
	const again = 'the quick brown fox, the quick brown fox, the quick brown fox';
	assert.deepEqual(rows, [
		'http /ws 101 Switching Protocols ok',
		'websocket /ws to_server text the quick brown fox 3 true ok',
		'websocket /ws to_client text the quick brown fox 1 true ok',
		'websocket /ws to_server ping 1 false ok',
		'websocket /ws to_client pong 1 false ok',
		`websocket /ws to_server text ${again} 1 true ok`,
		`websocket /ws to_client text ${again} 1 true ok`,
		'websocket /ws to_server close 1 false 3001 enough ok',
		'websocket /ws to_client close 1 false 3001 enough ok',
	]);
	assert.match(stderr, /nothing lost/);
});

test('the client of Node: text, 100 kB of bytes, an ordinary close', async () => {
	const { rows, stderr } = await observe(7, async (port) => {
		const socket = new WebSocket(`ws://127.0.0.1:${port}/node`);
		socket.binaryType = 'arraybuffer';
		await once(socket, 'open');
		for (const message of ['grüß dich', new Uint8Array(100_000)]) {
			socket.send(message);
			await once(socket, 'message');
		}
		socket.close(1000);
		await once(socket, 'close');
	});
	const shown = rows.map((row) => row.replace(/ (true|false)(?= )/, ''));
	assert.deepEqual(shown, [
		'http /node 101 Switching Protocols ok',
		'websocket /node to_server text grüß dich 1 ok',
		'websocket /node to_client text grüß dich 1 ok',
		'websocket /node to_server binary 1 ok',
		'websocket /node to_client binary 1 ok',
		'websocket /node to_server close 1 1000  ok',
		'websocket /node to_client close 1 1000  ok',
	]);
	assert.match(stderr, /nothing lost/);
});
