import assert from 'node:assert/strict';
import { test } from 'node:test';
import { claudeinsight } from '../support/tool.ts';

/** HTTP over TLS by a key that both know: nobody has to make a certificate. */
const overTls = (version: string, ciphers: string): string => `
const { connect, createServer } = require('node:tls');
const secret = { psk: Buffer.alloc(32, 7), identity: 'test' };
const options = { ciphers: '${ciphers}', minVersion: '${version}', maxVersion: '${version}' };
const server = createServer({ ...options, pskCallback: () => secret.psk, pskIdentityHint: 'test' }, (socket) => {
	socket.once('data', () => socket.end('HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok'));
});
server.listen(0, '127.0.0.1', () => {
	const client = connect({
		...options, port: server.address().port, host: '127.0.0.1', pskCallback: () => secret, checkServerIdentity: () => undefined,
	}, () => client.write('GET / HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n'));
	client.resume().on('close', () => server.close());
});
`;

/** Several calls on one connection, as of gRPC. */
const OVER_HTTP2 = `
const { connect, createServer } = require('node:http2');
const server = createServer((request, response) => response.end('ok'));
server.listen(0, '127.0.0.1', async () => {
	const client = connect('http://127.0.0.1:' + server.address().port);
	for (let call = 0; call < 3; call++) {
		await new Promise((resolve) => client.request({ ':path': '/' }).resume().on('close', resolve));
	}
	client.close(() => server.close());
});
`;

const CASES = {
	'TLSv1.2': [overTls('TLSv1.2', 'PSK'), 'TLS, which is not decrypted'],
	'TLSv1.3': [overTls('TLSv1.3', 'TLS_AES_128_GCM_SHA256'), 'TLS, which is not decrypted'],
	'HTTP/2': [OVER_HTTP2, 'HTTP/2, which is not read'],
} as const;

for (const [name, [program, words]] of Object.entries(CASES)) {
	test(`${name} is told to be what was seen and not read`, async () => {
		const command = [process.execPath, '-e', program];
		const { stdout, stderr, status } = await claudeinsight(['-e', 'watch http', '--', ...command]).finished;
		assert.equal(stdout, '');
		assert.match(stderr, new RegExp(`0 exchanges, nothing lost \\(and [\\d.]+K?B of ${words}\\)\n`));
		assert.equal(status, 0);
	});
}
