import assert from 'node:assert/strict';
import { test } from 'node:test';
import { claudeinsight } from '../support/tool.ts';

/** HTTP over TLS by a key that both know: nobody has to make a certificate. */
const program = (version: string, ciphers: string): string => `
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

const VERSIONS = [
	['TLSv1.2', 'PSK'],
	['TLSv1.3', 'TLS_AES_128_GCM_SHA256'],
] as const;

for (const [version, ciphers] of VERSIONS) {
	test(`${version} is told to be what was seen and not read`, async () => {
		const command = [process.execPath, '-e', program(version, ciphers)];
		const { stdout, stderr, status } = await claudeinsight(['-e', 'watch http', '--', ...command]).finished;
		assert.equal(stdout, '');
		assert.match(stderr, /0 exchanges, nothing lost \(and [\d.]+K?B of TLS, which is not decrypted\)\n/);
		assert.equal(status, 0);
	});
}
