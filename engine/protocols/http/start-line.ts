import type { Verdict } from '../protocol.ts';
import { CR, LF, SPACE } from './headers.ts';

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

export interface StartLine {
	readonly method: string;
	readonly target: string;
	readonly version: string;
	readonly status: number | null;
	readonly reason: string;
}

const STATUS_LINE = /^HTTP\/(1\.\d) (\d{3})(?: (.*))?$/;
const METHOD = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,32}$/;
const VERSION = /^HTTP\/1\.\d$/;

const parseRequestLine = (line: string): StartLine | null => {
	const first = line.indexOf(' ');
	const last = line.lastIndexOf(' ');
	const version = line.slice(last + 1);
	const target = line.slice(first + 1, last).trim();
	const method = line.slice(0, first);
	if (target === '' || !VERSION.test(version) || !METHOD.test(method)) return null;
	return { method, target, version: version.slice('HTTP/'.length), status: null, reason: '' };
};

/** Takes a start line without its line end apart; null when it is none. Blanks inside a target are let pass. */
export const parseStartLine = (line: string): StartLine | null => {
	if (!line.startsWith('HTTP/1.')) return parseRequestLine(line);
	const match = STATUS_LINE.exec(line);
	if (match === null) return null;
	return { method: '', target: '', version: match[1] ?? '', status: Number(match[2]), reason: match[3] ?? '' };
};
