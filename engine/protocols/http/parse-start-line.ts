import { isBlank, SPACE } from './headers.ts';
import { isCutRequestLine, methodEnd, otherVersionAt, STATUS_BYTES, VERSION_BYTES } from './start-line.ts';
import { wordOf } from './words.ts';

/** What a start line says, but for its target or reason phrase: the usual ones are there once, not once for each head. */
export interface StartLine {
	/** Empty for a response. */
	readonly method: string;
	/** "1.0" or "1.1", of an odd request another one; empty where a request line has no end. */
	readonly version: string;
	/** Null for a request. */
	readonly status: number | null;
	/** It has no end: its target or reason phrase may go on. */
	readonly isCut: boolean;
}

const ZERO = 48;

const HTTP = wordOf('HTTP');
/** Overlaps it by a letter. */
const P_1 = wordOf('P/1.');

const isHttp1 = (view: DataView, at: number): boolean =>
	view.getInt32(at, true) === HTTP && view.getInt32(at + 3, true) === P_1;

const VERSIONS: readonly string[] = Array.from({ length: 10 }, (_, minor) => `1.${minor}`);

/** The most common first. That one of them is there is seen sooner than where a name ends, and a text of bytes is a call into C++. */
const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'PATCH', 'OPTIONS', 'CONNECT', 'TRACE'].map((method) => ({
	word: wordOf(`${method} `),
	/** What stands behind that word. */
	rest: Buffer.from(`${method} `.slice(4)),
	/** By the minor version. */
	lines: VERSIONS.map((version): StartLine => ({ method, version, status: null, isCut: false })),
}));

/** By status and minor version, as they come. */
const STATUS_LINES = new Map<number, StartLine>();

const standsAt = (wanted: Buffer, bytes: Buffer, at: number): boolean => {
	for (let i = 0; i < wanted.length; i++) if (bytes[at + i] !== wanted[i]) return false;
	return true;
};

/** The line by the method it begins with, up to a space; null when it begins with none. */
const requestLine = (bytes: Buffer, view: DataView, start: number, end: number, minor: number): StartLine | null => {
	const word = view.getInt32(start, true);
	for (let i = 0; i < METHODS.length; i++) {
		const known = METHODS[i]!;
		if (known.word === word && standsAt(known.rest, bytes, start + 4)) return known.lines[minor]!;
	}
	const behind = methodEnd(bytes, start, end);
	if (behind === start || bytes[behind] !== SPACE) return null;
	return { method: bytes.toString('latin1', start, behind), version: VERSIONS[minor]!, status: null, isCut: false };
};

/** A request line of another version. */
const otherRequestLine = (bytes: Buffer, start: number, end: number): StartLine | null => {
	const to = otherVersionAt(bytes, start, end);
	const behind = methodEnd(bytes, start, end);
	let from = behind;
	while (from < to && isBlank(bytes[from]!)) from++;
	if (behind === start || from === behind || from >= to) return null;
	const version = bytes.toString('latin1', to + ' HTTP/'.length, end);
	return { method: bytes.toString('latin1', start, behind), version, status: null, isCut: false };
};

const parseRequestLine = (bytes: Buffer, view: DataView, start: number, end: number): StartLine | null => {
	const to = end - VERSION_BYTES;
	if (to <= start || bytes[to] !== SPACE || !isHttp1(view, to + 1)) return otherRequestLine(bytes, start, end);
	const minor = bytes[end - 1]! - ZERO;
	if (!(minor >= 0 && minor <= 9)) return null;
	const line = requestLine(bytes, view, start, end, minor);
	if (line === null) return null;
	let from = start + line.method.length;
	while (from < to && isBlank(bytes[from]!)) from++;
	return from < to ? line : null;
};

/** Of a request line without an end; null when it is none. */
export const cutRequestLine = (bytes: Buffer, start: number, end: number): StartLine | null => {
	if (!isCutRequestLine(bytes, start, end)) return null;
	const method = bytes.toString('latin1', start, methodEnd(bytes, start, end));
	return { method, version: '', status: null, isCut: true };
};

const parseStatusLine = (bytes: Buffer, start: number, end: number): StartLine | null => {
	const behind = start + STATUS_BYTES;
	let status = 0;
	for (let at = behind - 3; at < behind; at++) {
		const digit = bytes[at]! - ZERO;
		if (!(digit >= 0 && digit <= 9)) return null;
		status = status * 10 + digit;
	}
	const minor = bytes[behind - 5]! - ZERO;
	const isWhole = end === behind || bytes[behind] === SPACE;
	if (!(minor >= 0 && minor <= 9) || bytes[behind - 4] !== SPACE || !isWhole) return null;
	const key = status * 10 + minor;
	let line = STATUS_LINES.get(key);
	if (line === undefined) {
		line = { method: '', version: VERSIONS[minor]!, status, isCut: false };
		STATUS_LINES.set(key, line);
	}
	return line;
};

/** Takes the start line `bytes[start, end)` apart, `view` on the same bytes; null when it is none. Blanks inside a target are let pass. */
export const parseStartLine = (bytes: Buffer, view: DataView, start: number, end: number): StartLine | null =>
	end - start >= STATUS_BYTES && isHttp1(view, start)
		? parseStatusLine(bytes, start, end)
		: parseRequestLine(bytes, view, start, end);
