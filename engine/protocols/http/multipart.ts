import { CR, decodeHeaders, isBlank, LF } from './headers.ts';
import { type MediaType, parseMediaType } from './media-type.ts';

/** A part of a multipart body (RFC 2046, 5.1). */
export interface Part {
	readonly disposition: MediaType;
	readonly contentType: string | null;
	readonly content: Uint8Array;
}

/** RFC 2046, 5.1.1 */
const MAX_BOUNDARY = 70;
/** Forms have tens of parts; web servers stop at 1000 by default. */
const MAX_PARTS = 1000;
/** Three fields of a part are read; larger than that is no head of one. */
const MAX_HEAD = 8192;

const CRLF = '\r\n';
const DASH = 45;

/** Where the line before the first empty one ends, behind its LF; -1: there is none. */
const headEnd = (bytes: Buffer): number => {
	const head = bytes.subarray(0, MAX_HEAD);
	const found = [head.indexOf(`\n${CRLF}`), head.indexOf('\n\n')].filter((at) => at !== -1);
	return found.length === 0 ? -1 : Math.min(...found) + 1;
};

const partOf = (bytes: Buffer): Part | null => {
	const end = headEnd(bytes);
	if (end === -1) return null;
	// It begins with the end of the delimiter's line, where the head of a message has its start line.
	const headers = decodeHeaders(bytes.toString('latin1', 0, end));
	const disposition = headers['content-disposition'];
	const contentType = headers['content-type'];
	return {
		disposition: parseMediaType(typeof disposition === 'string' ? disposition : ''),
		contentType: typeof contentType === 'string' ? contentType : null,
		content: bytes.subarray(end + (bytes[end] === CR ? CRLF.length : 1)),
	};
};

/** What lines end with: LF alone where the first delimiter, padded or not, does, though RFC 2046, 5.1.1 wants CRLF. */
const lineEndAt = (bytes: Buffer, behindDelimiter: number): string => {
	let at = behindDelimiter;
	while (at < bytes.length && isBlank(bytes[at]!)) at++;
	return bytes[at] === LF ? '\n' : CRLF;
};

/** The parts of a multipart body, the last one as far as it is there. None where the boundary is no boundary. */
export const partsOf = (body: Uint8Array, boundary: string): Part[] => {
	const parts: Part[] = [];
	if (boundary === '' || boundary.length > MAX_BOUNDARY) return parts;
	const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
	const line = Buffer.from(`--${boundary}`, 'latin1');
	// The first one begins the body, or stands behind a preamble.
	const first = bytes.indexOf(line);
	let at = first === -1 ? bytes.length : first + line.length;
	const delimiter = Buffer.concat([Buffer.from(lineEndAt(bytes, at)), line]);
	while (at < bytes.length && parts.length < MAX_PARTS && !(bytes[at] === DASH && bytes[at + 1] === DASH)) {
		const found = bytes.indexOf(delimiter, at);
		const end = found === -1 ? bytes.length : found;
		const part = partOf(bytes.subarray(at, end));
		if (part !== null) parts.push(part);
		at = end + delimiter.length;
	}
	return parts;
};
