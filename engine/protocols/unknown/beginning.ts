import { looksLikeHttp2 } from './http2.ts';

/**
 * What the first bytes of a connection, of no protocol that is known, say of what follows. `alike`: a request of a protocol
 * with start lines like those of HTTP (ICAP, RTSP, SIP), which may carry messages of HTTP and never becomes it. `binary`: not
 * text, or HTTP/2, so that what looks like an answer of HTTP/1 to it is none: that of uWSGI, or of a server that does not speak it.
 */
export type Beginning = 'alike' | 'binary' | 'other';

/** The longest start line that is looked at. */
const MAX_LINE_BYTES = 4096;

const ALIKE = /^[A-Z_]+ \S+ (?!HTTP\/)[A-Z]+\/\d\.\d\r?\n/;

const FIRST_PRINTABLE = 32;
const DELETE = 127;
const LAST_WHITE_SPACE = 13;
const TAB = 9;

export const beginningOf = (bytes: Buffer, start: number, end: number): Beginning => {
	const first = bytes[start]!;
	const isWhiteSpace = first >= TAB && first <= LAST_WHITE_SPACE;
	if ((first < FIRST_PRINTABLE && !isWhiteSpace) || first >= DELETE) return 'binary';
	if (looksLikeHttp2(bytes, start, end)) return 'binary';
	return ALIKE.test(bytes.toString('latin1', start, Math.min(end, start + MAX_LINE_BYTES))) ? 'alike' : 'other';
};
