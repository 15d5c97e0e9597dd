import { isBlank, SPACE } from './headers.ts';
import { hasStatusPrefix, methodEnd, STATUS_BYTES, VERSION_BYTES } from './start-line.ts';

/** A start line, taken apart. */
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

const ZERO = 48;
const LETTER_H = 72;

const VERSIONS: readonly string[] = Array.from({ length: 10 }, (_, minor) => `1.${minor}`);

/** The most common first. That one of them is there is seen sooner than where a name ends, and a text of bytes is a call into C++. */
const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'PATCH', 'OPTIONS', 'CONNECT', 'TRACE'].map((name) => ({
	name,
	spaced: Buffer.from(`${name} `),
}));

const standsAt = (wanted: Buffer, bytes: Buffer, at: number): boolean => {
	for (let i = 0; i < wanted.length; i++) if (bytes[at + i] !== wanted[i]) return false;
	return true;
};

/** The method that a line begins with, up to a space; empty when it begins with none. */
const methodAt = (bytes: Buffer, start: number, end: number): string => {
	for (let i = 0; i < METHODS.length; i++) if (standsAt(METHODS[i]!.spaced, bytes, start)) return METHODS[i]!.name;
	const behind = methodEnd(bytes, start, end);
	return bytes[behind] === SPACE ? bytes.toString('latin1', start, behind) : '';
};

/** The version that stands at `at`, all of it before `end`; undefined when none does. */
const versionAt = (bytes: Buffer, at: number, end: number): string | undefined =>
	hasStatusPrefix(bytes, at, end) ? VERSIONS[bytes[at + 7]! - ZERO] : undefined;

const parseRequestLine = (bytes: Buffer, start: number, end: number): StartLine | null => {
	const method = methodAt(bytes, start, end);
	let from = start + method.length;
	let to = end - VERSION_BYTES;
	if (method === '' || to <= from || bytes[to] !== SPACE) return null;
	const version = versionAt(bytes, to + 1, end);
	while (from < to && isBlank(bytes[from]!)) from++;
	while (to > from && isBlank(bytes[to - 1]!)) to--;
	if (version === undefined || from === to) return null;
	return { method, version, status: null, from: from - start, to: to - start };
};

const parseStatusLine = (bytes: Buffer, start: number, end: number): StartLine | null => {
	if (end - start < STATUS_BYTES) return null;
	const version = versionAt(bytes, start, end);
	const behind = start + STATUS_BYTES;
	let status = 0;
	for (let at = behind - 3; at < behind; at++) {
		const digit = bytes[at]! - ZERO;
		if (!(digit >= 0 && digit <= 9)) return null;
		status = status * 10 + digit;
	}
	const isWhole = end === behind || bytes[behind] === SPACE;
	if (version === undefined || bytes[behind - 4] !== SPACE || !isWhole) return null;
	return { method: '', version, status, from: Math.min(end - start, STATUS_BYTES + 1), to: end - start };
};

/** Takes the start line `bytes[start, end)` apart; null when it is none. Blanks inside a target are let pass. */
export const parseStartLine = (bytes: Buffer, start: number, end: number): StartLine | null =>
	bytes[start] === LETTER_H && end - start >= VERSION_BYTES - 1 && hasStatusPrefix(bytes, start, end)
		? parseStatusLine(bytes, start, end)
		: parseRequestLine(bytes, start, end);
