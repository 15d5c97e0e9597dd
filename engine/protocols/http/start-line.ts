import type { Verdict } from '../protocol.ts';
import { CR, isBlank, LF, SPACE } from './headers.ts';

/**
 * A line that has not ended after so many bytes is no start line as far as detection goes: servers take 8 KiB at most
 * by default (RFC 9112, 3 recommends 8000 octets), and HEAD_BYTES of a large send are captured.
 */
export const DETECT_BYTES = 8000;

/** Methods are tokens of any name (RFC 9110, 9.1); the longest registered one, UPDATEREDIRECTREF, has 17 characters. */
const MAX_METHOD = 32;

const STATUS_PREFIX = Buffer.from('HTTP/1.');
/** "HTTP/1.1 200": what a status line has at least. */
const STATUS_BYTES = 12;
/** " HTTP/1.1": what a request line ends with. */
const VERSION_BYTES = 9;

const TOKEN = new Uint8Array(128);
for (const char of "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") {
	TOKEN[char.charCodeAt(0)] = 1;
}

const ZERO = 48;
const LETTER_H = 72;

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 48 && byte <= 57;

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

const detectRequestLine = (bytes: Buffer, start: number, end: number): Verdict => {
	let at = start;
	const methodEnd = Math.min(end, start + MAX_METHOD);
	while (at < methodEnd && TOKEN[bytes[at] ?? 0] === 1) at++;
	if (at === end) return end - start < MAX_METHOD ? 'more' : 'no';
	if (at === start || bytes[at] !== SPACE) return 'no';
	const limit = Math.min(end, start + DETECT_BYTES);
	const lf = bytes.subarray(at, limit).indexOf(LF);
	if (lf === -1) return end - start < DETECT_BYTES ? 'more' : 'no';
	let lineEnd = at + lf;
	if (bytes[lineEnd - 1] === CR) lineEnd--;
	const version = lineEnd - VERSION_BYTES;
	const isHttp1 =
		version > at &&
		bytes[version] === SPACE &&
		hasStatusPrefix(bytes, version + 1, lineEnd) &&
		isDigit(bytes[lineEnd - 1]);
	return isHttp1 ? 'request' : 'no';
};

/** Whether a start line of HTTP/1 begins here; empty lines before it are allowed (RFC 9112, 2.2). */
export const detectStart = (bytes: Buffer, start: number, end: number): Verdict => {
	let at = start;
	while (at < end && (bytes[at] === CR || bytes[at] === LF)) at++;
	if (at === end) return end - start < DETECT_BYTES ? 'more' : 'no';
	return hasStatusPrefix(bytes, at, end) ? detectStatusLine(bytes, at, end) : detectRequestLine(bytes, at, end);
};

/** A start line, taken apart. */
const METHODS = 'GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH';
const STATUS_LINE_IN = /HTTP\/1\.\d \d{3}[ \r\n]/;
/** Behind other bytes only the common methods can be told from them; on a line of its own any can. */
const REQUEST_LINE_IN = new RegExp(
	`(?:(?<=\\n)[!#$%&'*+\\-.^_\`|~0-9A-Za-z]{1,${MAX_METHOD}}|${METHODS}) [^ \\r\\n]+ HTTP/1\\.\\d\\r?\\n`,
);

/** Where in a text that does not begin with one the first start line of that kind begins; -1: there is none. */
export const findStart = (text: string, kind: 'request' | 'response'): number =>
	text.search(kind === 'request' ? REQUEST_LINE_IN : STATUS_LINE_IN);

export interface StartLine {
	/** Empty for a response. */
	readonly method: string;
	/** "1.0" or "1.1". */
	readonly version: string;
	/** Null for a request. */
	readonly status: number | null;
	/** Where the target of a request, or the reason phrase of a response, stands in the line. */
	readonly from: number;
	readonly to: number;
}

const VERSIONS: readonly string[] = Array.from({ length: 10 }, (_, minor) => `1.${minor}`);

/** The version that stands at `at`; undefined when none does. */
const versionAt = (text: string, at: number): string | undefined =>
	text.startsWith('HTTP/1.', at) ? VERSIONS[text.charCodeAt(at + 7) - ZERO] : undefined;

const parseRequestLine = (text: string, end: number): StartLine | null => {
	let methodEnd = 0;
	while (methodEnd < MAX_METHOD && TOKEN[text.charCodeAt(methodEnd)] === 1) methodEnd++;
	let from = methodEnd;
	let to = end - VERSION_BYTES;
	if (methodEnd === 0 || to <= from || text.charCodeAt(from) !== SPACE || text.charCodeAt(to) !== SPACE) return null;
	const version = versionAt(text, to + 1);
	while (from < to && isBlank(text.charCodeAt(from))) from++;
	while (to > from && isBlank(text.charCodeAt(to - 1))) to--;
	if (version === undefined || from === to) return null;
	return { method: text.slice(0, methodEnd), version, status: null, from, to };
};

const parseStatusLine = (text: string, end: number): StartLine | null => {
	const version = versionAt(text, 0);
	let status = 0;
	for (let i = STATUS_BYTES - 3; i < STATUS_BYTES; i++) {
		const digit = text.charCodeAt(i) - ZERO;
		if (!(digit >= 0 && digit <= 9)) return null;
		status = status * 10 + digit;
	}
	const isWhole = end === STATUS_BYTES || (end > STATUS_BYTES && text.charCodeAt(STATUS_BYTES) === SPACE);
	if (version === undefined || text.charCodeAt(STATUS_BYTES - 4) !== SPACE || !isWhole) return null;
	return { method: '', version, status, from: Math.min(end, STATUS_BYTES + 1), to: end };
};

/** Takes the start line `text[0, end)` apart; null when it is none. Blanks inside a target are let pass. */
export const parseStartLine = (text: string, end: number): StartLine | null =>
	text.charCodeAt(0) === LETTER_H && text.startsWith('HTTP/1.')
		? parseStatusLine(text, end)
		: parseRequestLine(text, end);
