import { Anomaly } from './anomalies.ts';
import { COLON, CR, isBlank, LF, lineEnd, nextLine } from './headers.ts';
import { parseStartLine, type StartLine } from './start-line.ts';

/** A start line and what the header fields say about framing (RFC 9112, 6.3). */
export interface Head extends StartLine {
	/** Start line and header fields as captured, one character a byte. */
	readonly text: string;
	/** As declared; null when there is none or it is no length. */
	readonly contentLength: number | null;
	/** `none`, `chunked`, or `other`: codings whose last one is not chunked. */
	readonly transferCoding: 'none' | 'chunked' | 'other';
	readonly expectsContinue: boolean;
	/** Asks to change the protocol, or answers so. */
	readonly upgrade: boolean;
	/** Set of Anomaly bits. */
	anomalies: number;
}

/** Values of the fields that say where the body ends. */
interface Framing {
	contentLength: string | null;
	transferEncoding: string | null;
	expect: string | null;
	upgrade: string | null;
	anomalies: number;
}

type FramingName = Exclude<keyof Framing, 'anomalies'>;

const FRAMING_NAMES: ReadonlyMap<string, FramingName> = new Map([
	['content-length', 'contentLength'],
	['transfer-encoding', 'transferEncoding'],
	['expect', 'expect'],
	['upgrade', 'upgrade'],
]);

/** First letters of those names: other lines are not looked into. */
const FIRST_LETTERS = new Set(Array.from('cCtTeEuU', (letter) => letter.charCodeAt(0)));

/** A name longer than this, blanks included, is none of them. */
const MAX_NAME = 64;

const framingName = (text: string, start: number, colon: number, framing: Framing): FramingName | null => {
	if (colon - start > MAX_NAME) return null;
	let end = colon;
	while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
	const name = FRAMING_NAMES.get(text.slice(start, end).toLowerCase()) ?? null;
	if (name !== null && end < colon) framing.anomalies |= Anomaly.spaceBeforeColon;
	return name;
};

const readFraming = (text: string, from: number): Framing => {
	const framing: Framing = {
		contentLength: null,
		transferEncoding: null,
		expect: null,
		upgrade: null,
		anomalies: 0,
	};
	let name: FramingName | null = null;
	let start = from;
	while (start < text.length) {
		const next = nextLine(text, start);
		const end = lineEnd(text, start, next);
		if (text.charCodeAt(next - 1) === LF && text.charCodeAt(next - 2) !== CR) framing.anomalies |= Anomaly.bareLf;
		if (end === start) break;
		const first = text.charCodeAt(start);
		if (isBlank(first)) {
			framing.anomalies |= Anomaly.obsFold;
			if (name !== null) framing[name] = `${framing[name]} ${text.slice(start, end).trim()}`;
		} else if (FIRST_LETTERS.has(first)) {
			let colon = start;
			while (colon < end && text.charCodeAt(colon) !== COLON) colon++;
			name = colon === end ? null : framingName(text, start, colon, framing);
			if (name !== null) {
				const value = text.slice(colon + 1, end).trim();
				framing[name] = framing[name] === null ? value : `${framing[name]}, ${value}`;
			}
		} else name = null;
		start = next;
	}
	return framing;
};

const DIGITS = /^\d+$/;

/** RFC 9110, 8.6: a list of equal lengths counts as one. */
const readContentLength = (framing: Framing): number | null => {
	if (framing.contentLength === null) return null;
	let values = [framing.contentLength];
	if (framing.contentLength.includes(',')) values = framing.contentLength.split(',').map((value) => value.trim());
	const [first = ''] = values;
	const length = Number(first);
	if (!DIGITS.test(first) || !Number.isSafeInteger(length)) {
		framing.anomalies |= Anomaly.badLength;
		return null;
	}
	if (values.some((value) => value !== first)) framing.anomalies |= Anomaly.differingLengths;
	return length;
};

/** RFC 9112, 6.1; `identity` was a coding that changes nothing (RFC 2616, 3.6). */
const readTransferCoding = (framing: Framing): Head['transferCoding'] => {
	const value = framing.transferEncoding?.toLowerCase();
	if (value === undefined || value === 'identity') return 'none';
	if (value === 'chunked') return 'chunked';
	const codings = value.split(',').map((coding) => coding.trim());
	if (codings.at(-1) !== 'chunked') framing.anomalies |= Anomaly.oddTransferEncoding;
	return codings.findLast((coding) => coding !== 'identity') === 'chunked' ? 'chunked' : 'other';
};

/** Reads a head, whole or cut off behind its start line; null when it is no head of HTTP/1. */
export const parseHead = (text: string): Head | null => {
	const next = nextLine(text, 0);
	const line = parseStartLine(text.slice(0, lineEnd(text, 0, next)));
	if (line === null) return null;
	const framing = readFraming(text, next);
	const contentLength = readContentLength(framing);
	const transferCoding = readTransferCoding(framing);
	if (text.charCodeAt(next - 2) !== CR) framing.anomalies |= Anomaly.bareLf;
	if (framing.contentLength !== null && transferCoding !== 'none') framing.anomalies |= Anomaly.bothLengths;
	return {
		text,
		method: line.method,
		target: line.target,
		version: line.version,
		status: line.status,
		reason: line.reason,
		contentLength,
		transferCoding,
		expectsContinue: framing.expect?.toLowerCase() === '100-continue',
		upgrade: framing.upgrade !== null,
		anomalies: framing.anomalies,
	};
};
