import { textOfLatin1 } from '../../exchange/text.ts';
import { Anomaly } from './anomalies.ts';
import { COLON, CR, isBlank, LF, lineEnd, nextLine, trimmed } from './headers.ts';
import { parseStartLine, type StartLine } from './start-line.ts';

/** Values of the fields that say where the body ends. */
interface Framing {
	contentLength: string | null;
	transferEncoding: string | null;
	expect: string | null;
	upgrade: string | null;
	anomalies: number;
}

type FramingName = Exclude<keyof Framing, 'anomalies'>;

const FRAMING_NAMES: readonly (readonly [string, FramingName])[] = [
	['content-length', 'contentLength'],
	['transfer-encoding', 'transferEncoding'],
	['expect', 'expect'],
	['upgrade', 'upgrade'],
];

/** By the first letter in lower case: what begins otherwise is none of them. */
const BY_FIRST_LETTER = Array.from(
	{ length: 256 },
	(_, code) => FRAMING_NAMES.find(([name]) => name.charCodeAt(0) === code) ?? null,
);
const LOWER_CASE = 32;

/** Where the colon behind a name, in any case, stands; -1: the line has another name. */
const colonBehind = (name: string, text: string, start: number): number => {
	let colon = start + name.length;
	while (isBlank(text.charCodeAt(colon))) colon++;
	if (text.charCodeAt(colon) !== COLON) return -1;
	return text.slice(start, start + name.length).toLowerCase() === name ? colon : -1;
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
			if (name !== null) framing[name] = `${framing[name]} ${trimmed(text, start, end)}`;
		} else {
			const known = BY_FIRST_LETTER[first | LOWER_CASE] ?? null;
			const colon = known === null ? -1 : colonBehind(known[0], text, start);
			name = known === null || colon === -1 ? null : known[1];
			if (name !== null) {
				if (isBlank(text.charCodeAt(colon - 1))) framing.anomalies |= Anomaly.spaceBeforeColon;
				const value = trimmed(text, colon + 1, end);
				framing[name] = framing[name] === null ? value : `${framing[name]}, ${value}`;
			}
		}
		start = next;
	}
	return framing;
};

/** A whole number without a sign; -1 for anything else, and for one that a double does not hold exactly. */
const parseDigits = (text: string): number => {
	let value = text === '' ? -1 : 0;
	for (let i = 0; i < text.length; i++) {
		const digit = text.charCodeAt(i) - 48;
		if (digit < 0 || digit > 9) return -1;
		value = value * 10 + digit;
	}
	return Number.isSafeInteger(value) ? value : -1;
};

/** RFC 9110, 8.6: a list of equal lengths counts as one. */
const readContentLength = (framing: Framing): number | null => {
	if (framing.contentLength === null) return null;
	const isList = framing.contentLength.includes(',');
	const values = isList ? framing.contentLength.split(',').map((value) => value.trim()) : [framing.contentLength];
	const [first = ''] = values;
	const length = parseDigits(first);
	if (length === -1) {
		framing.anomalies |= Anomaly.badLength;
		return null;
	}
	if (isList && values.some((value) => value !== first)) framing.anomalies |= Anomaly.differingLengths;
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

/** A start line and what the header fields say about framing (RFC 9112, 6.3). */
export class Head {
	/** Start line and header fields as captured, one character a byte. */
	readonly text: string;
	/** Empty for a response. */
	readonly method: string;
	/** "1.0" or "1.1". */
	readonly version: string;
	/** Null for a request. */
	readonly status: number | null;
	/** As declared; null when there is none or it is no length. */
	readonly contentLength: number | null;
	/** `none`, `chunked`, or `other`: codings whose last one is not chunked. */
	readonly transferCoding: 'none' | 'chunked' | 'other';
	readonly expectsContinue: boolean;
	/** Asks to change the protocol, or answers so. */
	readonly upgrade: boolean;
	/** Set of Anomaly bits. */
	anomalies: number;
	readonly #line: StartLine;

	constructor(text: string, line: StartLine, framing: Framing) {
		this.text = text;
		this.method = line.method;
		this.version = line.version;
		this.status = line.status;
		this.contentLength = readContentLength(framing);
		this.transferCoding = readTransferCoding(framing);
		this.expectsContinue = framing.expect?.toLowerCase() === '100-continue';
		this.upgrade = framing.upgrade !== null;
		this.anomalies = framing.anomalies;
		if (framing.contentLength !== null && this.transferCoding !== 'none') this.anomalies |= Anomaly.bothLengths;
		this.#line = line;
	}

	/** Of a request. Most queries read it of none: it is made when it is read. */
	get target(): string {
		return this.status === null ? this.#rest() : '';
	}

	/** The reason phrase of a response. */
	get reason(): string {
		return this.status === null ? '' : this.#rest();
	}

	#rest(): string {
		return textOfLatin1(this.text.slice(this.#line.from, this.#line.to));
	}
}

/** Reads a head, whole or cut off behind its start line; null when it is no head of HTTP/1. */
export const parseHead = (text: string): Head | null => {
	const next = nextLine(text, 0);
	const line = parseStartLine(text, lineEnd(text, 0, next));
	if (line === null) return null;
	const framing = readFraming(text, next);
	if (text.charCodeAt(next - 2) !== CR) framing.anomalies |= Anomaly.bareLf;
	return new Head(text, line, framing);
};
