import { deflateRawSync, constants as zlib } from 'node:zlib';
import type { Exchange } from '../../engine/exchange/exchange.ts';
import { WEBSOCKET_FIELDS } from '../../engine/protocols/websocket/fields.ts';
import type { Turn } from './events.ts';

/** Opcodes (RFC 6455, 11.8). */
export const Op = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

interface FrameOptions {
	readonly fin?: boolean;
	readonly rsv1?: boolean;
	/** Absent: the payload is not masked. */
	readonly mask?: readonly number[];
}

/** The key of every masked frame that does not say otherwise. */
export const MASK = [0x37, 0xfa, 0x21, 0x3d] as const;

const lengthBytes = (length: number, masked: number): Buffer => {
	if (length < 126) return Buffer.of(masked | length);
	const bytes = Buffer.alloc(length < 65_536 ? 3 : 9);
	bytes[0] = masked | (length < 65_536 ? 126 : 127);
	if (length < 65_536) bytes.writeUInt16BE(length, 1);
	else bytes.writeBigUInt64BE(BigInt(length), 1);
	return bytes;
};

/** A frame (RFC 6455, 5.2). */
export const frame = (opcode: number, payload: Uint8Array | string, options: FrameOptions = {}): Buffer => {
	const { fin = true, rsv1 = false, mask } = options;
	const bytes = Buffer.from(payload);
	const first = (fin ? 0x80 : 0) | (rsv1 ? 0x40 : 0) | opcode;
	if (mask === undefined) return Buffer.concat([Buffer.of(first), lengthBytes(bytes.length, 0), bytes]);
	const masked = bytes.map((byte, i) => byte ^ (mask[i % 4] ?? 0));
	return Buffer.concat([Buffer.of(first), lengthBytes(bytes.length, 0x80), Buffer.from(mask), masked]);
};

/** A close (RFC 6455, 5.5.1). */
export const closeFrame = (code: number, reason: string, options: FrameOptions = {}): Buffer =>
	frame(Op.close, Buffer.concat([Buffer.of(code >> 8, code & 255), Buffer.from(reason)]), options);

/** Compresses messages one after the other as an end that keeps its context does (RFC 7692, 7.2.1). */
export const deflater = (): ((text: string) => Buffer) => {
	let sent = Buffer.alloc(0);
	return (text) => {
		const dictionary = sent.length === 0 ? {} : { dictionary: sent.subarray(-32_768) };
		const bytes = deflateRawSync(text, { finishFlush: zlib.Z_SYNC_FLUSH, ...dictionary });
		sent = Buffer.concat([sent, Buffer.from(text)]);
		return bytes.subarray(0, -4);
	};
};

/** The handshake; `extensions` are those that the server agrees to. */
export const handshake = (extensions?: string): Turn[] => [
	['>', 'GET /chat?room=1 HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n'],
	[
		'<',
		`HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\n${
			extensions === undefined ? '' : `Sec-WebSocket-Extensions: ${extensions}\r\n`
		}\r\n`,
	],
];

/** The value of a field of WebSocket. */
export const fieldOf = (exchange: Exchange, name: string): unknown =>
	WEBSOCKET_FIELDS.find((field) => field.name === name)?.get(exchange);

/** `> text 5 "Hello"`: direction, opcode, payload's size, text or code and reason, then what is unusual. */
export const summary = (exchange: Exchange): string => {
	const value = (name: string): unknown => fieldOf(exchange, name);
	const words = [value('direction') === 'to_server' ? '>' : '<', value('opcode'), value('size')];
	if (value('text') !== null) words.push(JSON.stringify(value('text')));
	if (value('code') !== null) words.push(value('code'), JSON.stringify(value('reason')));
	if (value('frames') !== 1) words.push(`${value('frames')} frames`);
	if (exchange.outcome !== 'ok') words.push(exchange.outcome);
	if ((exchange.request ?? exchange.response)?.truncated) words.push('truncated');
	return words.join(' ');
};
