import type { Verdict } from '../protocol.ts';
import { CR, LF, SPACE } from './headers.ts';

/**
 * A line that has not ended after so many bytes is no start line as far as detection goes, but where it can hardly be anything
 * else: HEAD_BYTES of a large send are captured. RFC 9112, 3 wants servers to take 8000 octets at least, and some are set to
 * take 64 KiB.
 */
export const DETECT_BYTES = 16 << 10;

/** Methods are tokens of any name (RFC 9110, 9.1); the longest registered one, UPDATEREDIRECTREF, has 17 characters. */
const MAX_METHOD = 32;

const METHODS = 'GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH';
/** What a request line begins with that is told by it alone: its target is a path, or has a scheme. */
const LONG_LINE = new RegExp(`^(?:${METHODS}) [/h]`);
/** "OPTIONS /". */
const LONG_LINE_BYTES = 9;

const STATUS_PREFIX = Buffer.from('HTTP/1.');
/** "HTTP/1.1 200": what a status line has at least. */
export const STATUS_BYTES = 12;
/** " HTTP/1.1": what a request line ends with. */
export const VERSION_BYTES = 9;

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 48 && byte <= 57;

/**
 * The end of a request line that says another version than 1.0 to 1.9, in any of its digits (RFC 2616, 3.1, allowed more than
 * one): its server answers that it does not speak it, and what it answers is a request. Not what an HTTP/2 client begins with.
 */
const OTHER_VERSION = /(?<!^PRI \*) HTTP\/\d{1,3}\.\d{1,3}$/;
/** More than such an end has, and than what that client begins with. */
const OTHER_VERSION_BYTES = 16;

/** Where in a request line `bytes[start, end)` the end begins that says such a version, with the space before it; -1: it has none. */
export const otherVersionAt = (bytes: Buffer, start: number, end: number): number => {
	// Of what is no request line most end otherwise.
	if (!isDigit(bytes[end - 1])) return -1;
	const from = Math.max(start, end - OTHER_VERSION_BYTES);
	const found = bytes.toString('latin1', from, end).search(OTHER_VERSION);
	return found === -1 ? -1 : from + found;
};

/** Which bytes a token is made of (RFC 9110, 5.6.2). */
const TOKEN = new Uint8Array(256);
for (const char of "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") {
	TOKEN[char.charCodeAt(0)] = 1;
}

/** Whether the bytes are "HTTP/1.", or the beginning of it when there are fewer. */
const hasStatusPrefix = (bytes: Buffer, start: number, end: number): boolean => {
	const length = Math.min(STATUS_PREFIX.length, end - start);
	for (let i = 0; i < length; i++) if (bytes[start + i] !== STATUS_PREFIX[i]) return false;
	return true;
};

const detectStatusLine = (bytes: Buffer, start: number, end: number): Verdict => {
	if (end - start < STATUS_BYTES) return 'more';
	const digits = isDigit(bytes[start + 9]) && isDigit(bytes[start + 10]) && isDigit(bytes[start + 11]);
	return isDigit(bytes[start + 7]) && bytes[start + 8] === SPACE && digits ? 'response' : 'no';
};

/** Where what may be a method ends that begins at `start`: at `end`, or after MAX_METHOD, at the latest. */
export const methodEnd = (bytes: Buffer, start: number, end: number): number => {
	const limit = Math.min(end, start + MAX_METHOD);
	let at = start;
	while (at < limit && TOKEN[bytes[at]!] === 1) at++;
	return at;
};

/** Whether bytes without the end of a line are the beginning of a request line, as far as that can be told. */
export const isCutRequestLine = (bytes: Buffer, start: number, end: number): boolean =>
	LONG_LINE.test(bytes.toString('latin1', start, Math.min(end, start + LONG_LINE_BYTES)));

const detectRequestLine = (bytes: Buffer, start: number, end: number, isAll: boolean): Verdict => {
	const at = methodEnd(bytes, start, end);
	if (at === end) return end - start < MAX_METHOD ? 'more' : 'no';
	if (at === start || bytes[at] !== SPACE) return 'no';
	const limit = Math.min(end, start + DETECT_BYTES);
	const lf = bytes.subarray(at, limit).indexOf(LF);
	if (lf === -1) {
		if (end - start < DETECT_BYTES && !isAll) return 'more';
		return isCutRequestLine(bytes, start, end) ? 'request' : 'no';
	}
	let lineEnd = at + lf;
	if (bytes[lineEnd - 1] === CR) lineEnd--;
	const version = lineEnd - VERSION_BYTES;
	const isHttp1 =
		version > at &&
		bytes[version] === SPACE &&
		hasStatusPrefix(bytes, version + 1, lineEnd) &&
		isDigit(bytes[lineEnd - 1]);
	return isHttp1 || otherVersionAt(bytes, start, lineEnd) > at ? 'request' : 'no';
};

/** Whether a start line of HTTP/1 begins here; empty lines before it are allowed (RFC 9112, 2.2). `isAll`: more will not come. */
export const detectStart = (bytes: Buffer, start: number, end: number, isAll = false): Verdict => {
	let at = start;
	while (at < end && (bytes[at] === CR || bytes[at] === LF)) at++;
	if (at === end) return end - start < DETECT_BYTES ? 'more' : 'no';
	return hasStatusPrefix(bytes, at, end) ? detectStatusLine(bytes, at, end) : detectRequestLine(bytes, at, end, isAll);
};

/** What is left of one of the common methods where the bytes before it are missing; none of them is the rest of another. */
const METHOD_REST = new Set(
	METHODS.split('|').flatMap((method) => Array.from(method.slice(1), (_, i) => method.slice(i + 1))),
);

/** Whether a request line begins within its method. */
export const lacksMethodStart = (bytes: Buffer, start: number, end: number): boolean =>
	METHOD_REST.has(bytes.toString('latin1', start, methodEnd(bytes, start, end)));

const STATUS_LINE_IN = /HTTP\/1\.\d \d{3}[ \r\n]/;
/** Behind other bytes only the common methods can be told from them; on a line of its own any can. */
const REQUEST_LINE_IN = new RegExp(
	`(?:(?<=\\n)[!#$%&'*+\\-.^_\`|~0-9A-Za-z]{1,${MAX_METHOD}}|${METHODS}) [^ \\r\\n]+ HTTP/1\\.\\d\\r?\\n`,
);

const COMMON_METHOD = new RegExp(`^(?:${METHODS}) `);
/** "OPTIONS ": the longest of them. */
const COMMON_METHOD_BYTES = 8;

/** Whether a request line begins with one of the common methods. */
export const hasCommonMethod = (bytes: Buffer, start: number, end: number): boolean =>
	COMMON_METHOD.test(bytes.toString('latin1', start, Math.min(end, start + COMMON_METHOD_BYTES)));

/** Where in a text that does not begin with one the first start line of that kind begins; -1: there is none. */
export const findStart = (text: string, kind: 'request' | 'response'): number =>
	text.search(kind === 'request' ? REQUEST_LINE_IN : STATUS_LINE_IN);
