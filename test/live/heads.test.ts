import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { freePort } from '../support/nginx.ts';
import { claudeinsight, jsonLines, start } from '../support/tool.ts';

/**
 * Plays both ends of one connection: each turn is [speaker, texts], each text is a send call of its own, and the other
 * end has read it before the next one comes.
 */
const PLAYER = `
import json, socket, sys
port, turns = int(sys.argv[1]), json.loads(sys.stdin.read())
listener = socket.create_server(('127.0.0.1', port))
client = socket.create_connection(('127.0.0.1', port))
server, _ = listener.accept()
for speaker, texts in turns:
    a, b = (client, server) if speaker == '>' else (server, client)
    for text in texts:
        a.sendall(text.encode())
        rest = len(text)
        while rest > 0:
            rest -= len(b.recv(rest))
client.close()
server.close()
`;

type Turn = readonly ['>' | '<', readonly string[]];

/** What a query that asks for heads only shows of a conversation, for each end. */
async function seen(t: TestContext, turns: readonly Turn[], select: string) {
	const port = await freePort();
	const tool = claudeinsight(['-e', `watch http where server_port == ${port} | ${select}`]);
	t.after(() => tool.child.kill('SIGKILL'));
	await tool.saw(/capturing/);
	const player = start('python3', ['-c', PLAYER, String(port)], { stdio: ['pipe', 'pipe', 'pipe'] });
	player.child.stdin?.end(JSON.stringify(turns));
	const played = await player.finished;
	assert.equal(played.status, 0, played.stderr);
	tool.child.kill('SIGINT');
	const { stdout, stderr } = await tool.finished;
	return { rows: jsonLines(stdout), stderr };
}

const cut = (text: string, size: number): string[] =>
	Array.from({ length: Math.ceil(text.length / size) }, (_, at) => text.slice(at * size, (at + 1) * size));

const request = (head: string, body = '') =>
	`POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n${head}\r\n${body}`;
const response = (head: string, body = 'hi') =>
	`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n${head}\r\n${body}`;
const cookie = (size: number) => `Cookie: ${'c'.repeat(size)}\r\nX-Last: seen\r\n`;

const SELECT =
	'select side, status, outcome, last = req.headers["x-last"], resp_last = resp.headers["x-last"], req_size, resp_size';

const CASES: readonly {
	name: string;
	turns: readonly Turn[];
	expected: readonly (readonly [number, string | null, string | null])[];
}[] = [
	{
		name: 'a head of 12 KiB',
		turns: [
			['>', [request(cookie(12_000), 'x'.repeat(100_000))]],
			['<', [response(cookie(12_000), 'x'.repeat(100_000))]],
		],
		expected: [[200, 'seen', 'seen']],
	},
	{
		name: 'a head of 12 KiB in many calls, in front of a body in many',
		turns: [
			['>', cut(request(cookie(12_000), 'x'.repeat(100_000)), 3000)],
			['<', cut(response(cookie(12_000), 'x'.repeat(100_000)), 3000)],
		],
		expected: [[200, 'seen', 'seen']],
	},
	{
		name: 'a head of 12 KiB behind 100 Continue and 103 Early Hints',
		turns: [
			['>', [request('Expect: 100-continue\r\nX-Last: seen\r\n', 'x'.repeat(50_000)).slice(0, -50_000)]],
			['<', ['HTTP/1.1 100 Continue\r\n\r\n']],
			['>', ['x'.repeat(50_000)]],
			['<', ['HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n', response(cookie(12_000))]],
		],
		expected: [[200, 'seen', 'seen']],
	},
	{
		name: 'the second head of a connection, whose first answer was large',
		turns: [
			['>', [request(cookie(100))]],
			['<', cut(response('', 'x'.repeat(300_000)), 60_000)],
			['>', cut(request(cookie(12_000)), 3000)],
			['<', [response(cookie(10))]],
		],
		expected: [
			[200, 'seen', null],
			[200, 'seen', 'seen'],
		],
	},
	{
		name: 'pipelined requests in calls of their own, beyond the budget of one turn',
		turns: [
			['>', Array.from({ length: 40 }, () => request(cookie(900)))],
			['<', Array.from({ length: 40 }, () => response(cookie(900)))],
		],
		expected: Array.from({ length: 40 }, () => [200, 'seen', 'seen'] as const),
	},
	{
		name: 'the end of a chunked body of which only the beginnings of the calls are taken',
		turns: [
			['>', [request(cookie(10))]],
			[
				'<',
				[
					'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
					...Array.from({ length: 10 }, () => `2ee0\r\n${'x'.repeat(12_000)}\r\n`),
					'0\r\n\r\n',
				],
			],
			['>', [request(cookie(10))]],
			['<', [response(cookie(10))]],
		],
		expected: [
			[200, 'seen', null],
			[200, 'seen', 'seen'],
		],
	},
];

for (const { name, turns, expected } of CASES) {
	test(`heads only: ${name}`, async (t) => {
		const { rows, stderr } = await seen(t, turns, SELECT);
		const sent = turns.flatMap(([, texts]) => texts).filter((text) => !text.startsWith('HTTP/1.1 1'));
		for (const side of ['client', 'server']) {
			const own = rows.filter((row) => row.side === side);
			assert.deepEqual(
				own.map(({ status, last, resp_last }) => [status, last, resp_last]),
				expected,
				stderr,
			);
			const counted = own.reduce((sum, { req_size, resp_size }) => sum + Number(req_size) + Number(resp_size), 0);
			assert.equal(counted, sent.join('').length, 'sizes are exact, although bodies are not captured');
		}
		assert.ok(rows.every(({ outcome }) => outcome === 'ok'));
		assert.match(stderr, /nothing lost/);
	});
}
