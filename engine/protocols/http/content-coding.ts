import { nodeZlib, once } from '../../node-modules.ts';
import { zstdFrames } from './zstd-frames.ts';

/** Decoded content of one message: eight times the body that is kept at most, which text and JSON reach. */
export const MAX_CONTENT_BYTES = 8 << 20;

/** Codings in a row that are undone: one is the rule, two an accident of proxies, more is an attack. */
const MAX_CODINGS = 3;

/**
 * Attempts to find the part of a broken stream that can be decoded: the end of that part is known to 1/4096 of the
 * stream, and exactly in bodies of 4 KiB. An attempt takes at most the 8 ms that MAX_CONTENT_BYTES take.
 */
const ATTEMPTS = 12;

type Decoder = (bytes: Uint8Array) => Uint8Array;

/** Whether a zlib stream begins here (RFC 1950, 2.2): some servers send bare deflate data instead (RFC 9110, 8.4.1.2). */
const isZlib = ([cmf = 0, flg = 0]: Uint8Array): boolean => (cmf & 15) === 8 && (cmf * 256 + flg) % 31 === 0;

/** The content codings (RFC 9110, 8.4.1; RFC 7932; RFC 8878). */
const decoders = once((): ReadonlyMap<string, Decoder> => {
	const zlib = nodeZlib();
	const { constants } = zlib;
	const maxOutputLength = MAX_CONTENT_BYTES;
	// What is there is decoded, also where the stream was cut off.
	const zlibOptions = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength };
	const brotliOptions = { finishFlush: constants.BROTLI_OPERATION_FLUSH, maxOutputLength };
	// The window is at most 8 MiB (RFC 9659): a header of ten bytes could ask for 128 MiB.
	const zstdOptions = {
		finishFlush: constants.ZSTD_e_flush,
		maxOutputLength,
		params: { [constants.ZSTD_d_windowLogMax]: 23 },
	};
	const inflate: Decoder = (bytes) => (isZlib(bytes) ? zlib.inflateSync : zlib.inflateRawSync)(bytes, zlibOptions);
	const gunzip: Decoder = (bytes) => zlib.gunzipSync(bytes, zlibOptions);
	const unzstd: Decoder = (bytes) => {
		const parts: Uint8Array[] = [];
		let room = MAX_CONTENT_BYTES;
		for (const frame of zstdFrames(bytes)) {
			const part = zlib.zstdDecompressSync(frame, { ...zstdOptions, maxOutputLength: Math.max(room, 1) });
			parts.push(part);
			room -= part.length;
		}
		return Buffer.concat(parts);
	};
	return new Map([
		['gzip', gunzip],
		['x-gzip', gunzip],
		['deflate', inflate],
		['br', (bytes) => zlib.brotliDecompressSync(bytes, brotliOptions)],
		['zstd', unzstd],
	]);
});

/** Names that change nothing here; the framing of chunks has been taken off already. */
const NO_CODINGS: ReadonlySet<string> = new Set(['', 'identity', 'chunked']);

const attempt = (decode: Decoder, bytes: Uint8Array): Uint8Array | null => {
	try {
		return decode(bytes);
	} catch {
		return null;
	}
};

/**
 * What can be decoded of a stream that is corrupt or too large. Null where that is less than what it was decoded from:
 * then the bytes are no such stream, but something that read as one for a moment.
 */
const decodeBeginning = (decode: Decoder, bytes: Uint8Array): Uint8Array | null => {
	let best: Uint8Array | null = null;
	let good = 0;
	let bad = bytes.length;
	for (let i = 0; i < ATTEMPTS && bad - good > 1; i++) {
		const middle = (good + bad) >>> 1;
		const content = attempt(decode, bytes.subarray(0, middle));
		if (content === null) bad = middle;
		else {
			good = middle;
			best = content;
		}
	}
	return best === null || best.length < good ? null : best;
};

/**
 * Undoes content codings, `codings` as in Content-Encoding or Transfer-Encoding, the last one first. Gives at most MAX_CONTENT_BYTES; of a
 * stream that is cut off, corrupt or too large its beginning. Where a coding is not known or nothing can be decoded the
 * bytes stay as they are. Never throws.
 */
export const decodeContent = (bytes: Uint8Array, codings: string): Uint8Array => {
	const names = codings
		.toLowerCase()
		.split(',')
		.map((name) => name.trim())
		.filter((name) => !NO_CODINGS.has(name));
	if (names.length > MAX_CODINGS) return bytes;
	let content = bytes;
	for (const name of names.reverse()) {
		const decode = decoders().get(name);
		const decoded = decode && (attempt(decode, content) ?? decodeBeginning(decode, content));
		if (!decoded) break;
		content = decoded;
	}
	return content;
};
