import assert from 'node:assert/strict';
import { test } from 'node:test';
import { proxyHeader } from '../../engine/protocols/proxy-header.ts';

const version2 = (length: number): Buffer => {
	const header = Buffer.from('\r\n\r\n\0\r\nQUIT\n\x21\x11\0\0'.padEnd(16 + length, 'x'), 'latin1');
	header.writeUInt16BE(length, 14);
	return header;
};

const lengthOf = (bytes: Buffer | string): number | 'more' =>
	proxyHeader(Buffer.concat([Buffer.from('?'), Buffer.from(bytes), Buffer.from('?')]), 1, 1 + bytes.length);

test('the header of a proxy is as long as it says, and its end is awaited as long as it may come', () => {
	for (const header of [Buffer.from('PROXY UNKNOWN\r\n'), version2(0), version2(12), version2(65_535)]) {
		assert.equal(lengthOf(header), header.length);
		assert.equal(lengthOf(Buffer.concat([header, header])), header.length);
		for (let end = 1; end < Math.min(header.length, 200); end++)
			assert.equal(lengthOf(header.subarray(0, end)), 'more');
	}
	assert.equal(lengthOf(version2(65_535).subarray(0, 20_000)), 0);
	assert.equal(lengthOf(`PROXY ${'x'.repeat(200)}\r\n`), 0);
	for (const other of ['PROXX', 'GET / HTTP/1.1\r\n\r\n', '\r\n\r\n\r\n']) assert.equal(lengthOf(other), 0);
});
