/** What a frame is (RFC 6455, 5.2, 11.8). */
const OPCODES: ReadonlyMap<number, string> = new Map([
	[0, 'continuation'],
	[1, 'text'],
	[2, 'binary'],
	[8, 'close'],
	[9, 'ping'],
	[10, 'pong'],
]);

/** The largest header: two bytes, a length of eight, a masking key of four. */
export const MAX_HEADER_BYTES = 14;
/** RFC 6455, 5.5 */
export const MAX_CONTROL_BYTES = 125;

const FIN = 0x80;
/** Marks the first frame of a compressed message where permessage-deflate is agreed (RFC 7692, 6). */
const RSV1 = 0x40;
const RSV2_AND_3 = 0x30;
const MASKED = 0x80;

/** The header of a frame (RFC 6455, 5.2). */
export interface FrameHeader {
	readonly isFinal: boolean;
	readonly isCompressed: boolean;
	readonly opcode: string;
	/** Close, ping and pong: never fragmented, and may stand between the fragments of a message. */
	readonly isControl: boolean;
	/** The masking key; null where the payload is sent as it is. */
	readonly mask: Uint8Array | null;
	/** Bytes of payload. */
	readonly length: number;
	/** Bytes of the header itself. */
	readonly headerBytes: number;
}

/** Of the extended length: bytes, and the first value that needs them. The shortest form has to be used, but ends take others too. */
const EXTENDED: ReadonlyMap<number, readonly [bytes: number, least: number]> = new Map([
	[126, [2, 126]],
	[127, [8, 65_536]],
]);

/** Reads the header that begins at `at`; `more` where its end is behind `end`, `invalid` where it cannot be one. */
export const readFrameHeader = (
	bytes: Buffer,
	at: number,
	end: number,
	compression: boolean,
): FrameHeader | 'more' | 'invalid' => {
	if (end - at < 2) return 'more';
	const first = bytes[at] ?? 0;
	const second = bytes[at + 1] ?? 0;
	const opcode = OPCODES.get(first & 15);
	const isControl = (first & 8) !== 0;
	const isFinal = (first & FIN) !== 0;
	const isCompressed = (first & RSV1) !== 0;
	if (opcode === undefined || (first & RSV2_AND_3) !== 0 || (isCompressed && !compression)) return 'invalid';
	let length = second & 127;
	if (isControl && (!isFinal || isCompressed || length > MAX_CONTROL_BYTES)) return 'invalid';
	const [lengthBytes] = EXTENDED.get(length) ?? [0];
	const maskAt = at + 2 + lengthBytes;
	const payloadAt = maskAt + ((second & MASKED) === 0 ? 0 : 4);
	if (payloadAt > end) return 'more';
	if (lengthBytes === 2) length = bytes.readUInt16BE(at + 2);
	if (lengthBytes === 8) length = Number(bytes.readBigUInt64BE(at + 2));
	if (!Number.isSafeInteger(length)) return 'invalid';
	const mask = payloadAt === maskAt ? null : Uint8Array.from(bytes.subarray(maskAt, payloadAt));
	return { isFinal, isCompressed, opcode, isControl, mask, length, headerBytes: payloadAt - at };
};

const CODES = new Map([...OPCODES].map(([code, name]) => [name, code]));

/** The header of a frame that is a message of its own; a masking key is of zeros, which change nothing. */
export const frameHeader = ({
	opcode,
	isCompressed,
	masked,
	length,
}: Pick<FrameHeader, 'opcode' | 'isCompressed' | 'length'> & { readonly masked: boolean }): Buffer => {
	const [code, [lengthBytes]] = [...EXTENDED].findLast(([, [, least]]) => length >= least) ?? [length, [0]];
	const header = Buffer.alloc(2 + lengthBytes + (masked ? 4 : 0));
	header[0] = FIN | (isCompressed ? RSV1 : 0) | (CODES.get(opcode) ?? 0);
	header[1] = (masked ? MASKED : 0) | code;
	if (lengthBytes === 2) header.writeUInt16BE(length, 2);
	if (lengthBytes === 8) header.writeBigUInt64BE(BigInt(length), 2);
	return header;
};

/** Bytes of the shortest header of such a frame. */
const shortest = (length: number, masked: boolean): number => {
	const [, [lengthBytes]] = [...EXTENDED].findLast(([, [, least]]) => length >= least) ?? [length, [0]];
	return 2 + lengthBytes + (masked ? 4 : 0);
};

/**
 * Whether the bytes are whole frames, up to the last one: what shows where frames begin again when some were missed.
 * Clients mask and servers do not (RFC 6455, 5.1), which together with the lengths chance does not meet.
 */
export const areWholeFrames = (
	bytes: Buffer,
	start: number,
	end: number,
	compression: boolean,
	masked: boolean,
): boolean => {
	let at = start;
	while (at < end) {
		const header = readFrameHeader(bytes, at, end, compression);
		if (typeof header === 'string' || (header.mask !== null) !== masked) return false;
		if (header.headerBytes !== shortest(header.length, masked)) return false;
		at += header.headerBytes + header.length;
	}
	return at === end && at > start;
};

/** A copy of payload without its masking (RFC 6455, 5.3); `offset` is that of the bytes in their frame. */
export const unmask = (bytes: Uint8Array, mask: Uint8Array, offset: number): Buffer => {
	const plain = Buffer.allocUnsafe(bytes.length);
	for (let i = 0; i < bytes.length; i++) plain[i] = (bytes[i] ?? 0) ^ (mask[(offset + i) & 3] ?? 0);
	return plain;
};
