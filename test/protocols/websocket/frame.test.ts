import assert from 'node:assert/strict';
import { test } from 'node:test';
import { areWholeFrames, frameHeader, readFrameHeader } from '../../../engine/protocols/websocket/frame.ts';
import { frame, MASK, Op } from '../../support/websocket.ts';

/** Headers in hex, and what they are read as: opcode and length, `invalid`, or `more`. */
const HEADERS: readonly (readonly [string, string])[] = [
	['', 'more'],
	['81', 'more'],
	['8105', 'text 5'],
	['0105', 'text 5'],
	['817e', 'more'],
	['817e00', 'more'],
	['817e007e', 'text 126'],
	['817e007d', 'text 125'],
	['817f0000000000010000', 'text 65536'],
	['817f000000000000ffff', 'text 65535'],
	['817f0020000000000000', 'invalid'],
	['817f001fffffffffffff', `text ${Number.MAX_SAFE_INTEGER}`],
	['8185000000', 'more'],
	['818500000000', 'text 5'],
	['827f00000000000100', 'more'],
	['897d', 'ping 125'],
	['897e007e', 'invalid'],
	['0900', 'invalid'],
	['c900', 'invalid'],
	['c100', 'invalid'],
	['a100', 'invalid'],
	['9100', 'invalid'],
	['8300', 'invalid'],
	['8b00', 'invalid'],
];

for (const [hex, expected] of HEADERS) {
	test(`the header ${hex || 'of no bytes'} is ${expected}`, () => {
		// Bytes behind the end that is given must not be looked at.
		const bytes = Buffer.concat([Buffer.from(hex, 'hex'), Buffer.alloc(20, 0xff)]);
		const header = readFrameHeader(bytes, 0, hex.length / 2, false);
		assert.equal(typeof header === 'string' ? header : `${header.opcode} ${header.length}`, expected);
	});
}

test('compression is taken where it is agreed, and on no control frame', () => {
	assert.ok(typeof readFrameHeader(Buffer.from('c100', 'hex'), 0, 2, true) !== 'string');
	assert.equal(readFrameHeader(Buffer.from('c900', 'hex'), 0, 2, true), 'invalid');
});

test('whole frames are told by their ends and their masks', () => {
	const frames = Buffer.concat([frame(Op.text, 'abc'), frame(Op.ping, '')]);
	const whole = (bytes: Buffer, masked = false): boolean => areWholeFrames(bytes, 0, bytes.length, false, masked);
	assert.ok(whole(frames));
	assert.ok(areWholeFrames(Buffer.concat([Buffer.of(0), frames, Buffer.of(0)]), 1, frames.length + 1, false, false));
	assert.ok(!whole(frames, true));
	assert.ok(!whole(frames.subarray(0, -1)));
	assert.ok(!whole(Buffer.concat([frames, Buffer.of(0x81, 5)])));
	assert.ok(!whole(Buffer.alloc(0)));
	assert.ok(!whole(Buffer.from('817e000161', 'hex')), 'not the shortest length');
	const masked = frame(Op.text, 'abc', { mask: MASK });
	assert.ok(whole(masked, true) && !whole(masked));
});

test('a header that is made is read as what it was made of', () => {
	for (const length of [0, 125, 126, 65_535, 65_536, 2 ** 33])
		for (const masked of [false, true])
			for (const opcode of length > 125 ? ['text', 'binary'] : ['text', 'close', 'ping']) {
				const bytes = frameHeader({ opcode, isCompressed: opcode === 'text', masked, length });
				const header = readFrameHeader(bytes, 0, bytes.length, true);
				assert.ok(typeof header !== 'string', `${opcode} ${length}`);
				const { headerBytes, mask, ...read } = header;
				assert.deepEqual([read.opcode, read.length, read.isCompressed], [opcode, length, opcode === 'text']);
				assert.deepEqual([headerBytes, mask !== null], [bytes.length, masked]);
			}
});
