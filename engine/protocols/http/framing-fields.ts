import { Anomaly } from './anomalies.ts';
import type { HeadScan } from './head-scan.ts';
import { COLON, isBlank, lineEnd, nextLine, trimmed } from './headers.ts';

/** Values of the header fields that say where the body ends (RFC 9112, 6.3). */
interface Values {
	contentLength: string | null;
	transferEncoding: string | null;
	expect: string | null;
	upgrade: string | null;
}

/** What they say. */
export interface FramingFields {
	/** As declared; null when there is none or it is no length. */
	readonly contentLength: number | null;
	/** `none`, `chunked`, or `other`: codings whose last one is not chunked. */
	readonly transferCoding: 'none' | 'chunked' | 'other';
	readonly expectsContinue: boolean;
	/** Asks to change the protocol, or answers so. */
	readonly upgrade: boolean;
	/** Set of Anomaly bits. */
	readonly anomalies: number;
}

interface Name {
	/** As most write it. */
	readonly usual: string;
	readonly lower: string;
	readonly value: keyof Values;
}

const nameOf = (usual: string, value: keyof Values): Name => ({ usual, lower: usual.toLowerCase(), value });

const NAMES: readonly Name[] = [
	nameOf('Content-Length', 'contentLength'),
	nameOf('Transfer-Encoding', 'transferEncoding'),
	nameOf('Expect', 'expect'),
	nameOf('Upgrade', 'upgrade'),
];

/** By their first letter in lower case. */
const BY_FIRST_LETTER = Array.from(
	{ length: 256 },
	(_, code) => NAMES.find(({ lower }) => lower.charCodeAt(0) === code) ?? null,
);
/** The bit that makes an ASCII letter one in lower case. */
const LOWER_CASE = 32;

/** Where the colon behind a name, in any case, stands; -1: the line has another name. */
const colonBehind = ({ usual, lower }: Name, text: string, start: number): number => {
	const end = start + usual.length;
	let colon = end;
	while (isBlank(text.charCodeAt(colon))) colon++;
	if (text.charCodeAt(colon) !== COLON) return -1;
	const name = text.slice(start, end);
	return name === usual || name.toLowerCase() === lower ? colon : -1;
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

/** What a head says about framing, and the anomalies found on the way. */
class Reading implements FramingFields {
	contentLength: number | null = null;
	transferCoding: FramingFields['transferCoding'] = 'none';
	expectsContinue = false;
	upgrade = false;
	anomalies = 0;

	/** RFC 9110, 8.6: a list of equal lengths counts as one. */
	setContentLength(value: string): void {
		let length = parseDigits(value);
		if (length === -1 && value.includes(',')) {
			const [first = '', ...others] = value.split(',').map((one) => one.trim());
			length = parseDigits(first);
			if (length !== -1 && others.some((other) => other !== first)) this.anomalies |= Anomaly.differingLengths;
		}
		if (length === -1) this.anomalies |= Anomaly.badLength;
		else this.contentLength = length;
	}

	/** RFC 9112, 6.1; `identity` was a coding that changes nothing (RFC 2616, 3.6). */
	setTransferCoding(value: string): void {
		const lower = value.toLowerCase();
		if (lower === 'identity') return;
		const codings = lower.split(',').map((coding) => coding.trim());
		if (codings.at(-1) !== 'chunked') this.anomalies |= Anomaly.oddTransferEncoding;
		this.transferCoding = codings.findLast((coding) => coding !== 'identity') === 'chunked' ? 'chunked' : 'other';
	}
}

/** Puts what was read of a head into one: `values` are those of the fields, lists joined. */
const interpret = ({ contentLength, transferEncoding, expect, upgrade }: Values, anomalies: number): FramingFields => {
	const reading = new Reading();
	reading.anomalies = anomalies;
	if (contentLength !== null) reading.setContentLength(contentLength);
	if (transferEncoding !== null) reading.setTransferCoding(transferEncoding);
	if (contentLength !== null && reading.transferCoding !== 'none') reading.anomalies |= Anomaly.bothLengths;
	if (expect !== null) reading.expectsContinue = expect.toLowerCase() === '100-continue';
	reading.upgrade = upgrade !== null;
	return reading;
};

/** Reads what a head says about framing. */
export const readFramingFields = ({ text, lines, lineCount, bareLf }: HeadScan): FramingFields => {
	const values: Values = { contentLength: null, transferEncoding: null, expect: null, upgrade: null };
	let anomalies = bareLf ? Anomaly.bareLf : 0;
	/** Of the line before, when it was one of them, and where the next one begins. */
	let name: keyof Values | null = null;
	let next = -1;
	for (let i = 0; i < lineCount; i++) {
		const line = lines[i]!;
		const first = text.charCodeAt(line);
		const isFolded = isBlank(first);
		let valueStart = line;
		if (isFolded) {
			anomalies |= Anomaly.obsFold;
			if (line !== next) name = null;
		} else {
			const known = BY_FIRST_LETTER[first | LOWER_CASE]!;
			const colon = known === null ? -1 : colonBehind(known, text, line);
			name = known === null || colon === -1 ? null : known.value;
			if (name !== null && isBlank(text.charCodeAt(colon - 1))) anomalies |= Anomaly.spaceBeforeColon;
			valueStart = colon + 1;
		}
		if (name === null) continue;
		next = nextLine(text, line);
		const value = trimmed(text, valueStart, lineEnd(text, line, next));
		const before = values[name];
		values[name] = before === null ? value : isFolded ? `${before} ${value}` : `${before}, ${value}`;
	}
	return interpret(values, anomalies);
};
