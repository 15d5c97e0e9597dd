import { Anomaly } from './anomalies.ts';
import { Content } from './content-names.ts';
import { BY_FIRST_LETTER, colonBehind, type Name } from './framing-names.ts';
import type { HeadScan } from './head-scan.ts';
import { isBlank, isCutOff, lineEnd, nextLine, trimmed } from './headers.ts';

/** What they say together. */
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
	/** Set of Content bits: nothing about framing, but found on the way, and in an object that most heads share. */
	readonly content: number;
}

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
	readonly content: number;

	constructor(content: number) {
		this.content = content;
	}

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

/** Values as they stand in the head, by name, those of a repeated field as a list: in use during one call only. */
const values: (string | null)[] = [null, null, null, null];

const interpret = (anomalies: number, content: number): FramingFields => {
	const [contentLength, transferEncoding, expect, upgrade] = [values[0]!, values[1]!, values[2]!, values[3]!];
	const reading = new Reading(content);
	reading.anomalies = anomalies;
	if (contentLength !== null) reading.setContentLength(contentLength);
	if (transferEncoding !== null) reading.setTransferCoding(transferEncoding);
	if (contentLength !== null && reading.transferCoding !== 'none') reading.anomalies |= Anomaly.bothLengths;
	if (expect !== null) reading.expectsContinue = expect.toLowerCase() === '100-continue';
	reading.upgrade = upgrade !== null;
	return reading;
};

/** By what the head may say about its content. */
const NOTHING_BUT = Array.from({ length: Content.any + 1 }, (_, content) => new Reading(content));

/** Of a head that says nothing about framing, as most requests do, and that about its content. */
export const nothingBut = (content: number): FramingFields => NOTHING_BUT[content]!;

/** Of a head of which nothing is known. */
export const NO_FIELDS: FramingFields = nothingBut(Content.any);

/** Reads what a head says about framing. */
export const readFramingFields = (scan: HeadScan): FramingFields => {
	const { bytes, start, text, lines, lineCount, bareLf, content } = scan;
	let anomalies = bareLf ? Anomaly.bareLf : 0;
	let found = false;
	/** Of the line before, when it was one of them, and where the next one begins. */
	let name: Name | null = null;
	let next = -1;
	for (let i = 0; i < lineCount; i++) {
		const line = lines[i]!;
		const first = bytes[start + line]!;
		const isFolded = isBlank(first);
		let valueStart = line;
		if (isFolded) {
			anomalies |= Anomaly.obsFold;
			if (line !== next) name = null;
		} else {
			const known = BY_FIRST_LETTER[first]!;
			const colon = known === null ? -1 : colonBehind(known.lower, bytes, start + line);
			name = known === null || colon === -1 ? null : known.name;
			if (name !== null && isBlank(bytes[colon - 1]!)) anomalies |= Anomaly.spaceBeforeColon;
			valueStart = colon + 1 - start;
		}
		if (name === null) continue;
		next = nextLine(text, line);
		if (isCutOff(text, next)) break;
		if (!found) values.fill(null);
		found = true;
		const value = trimmed(text, valueStart, lineEnd(text, line, next));
		const before = values[name]!;
		values[name] = before === null ? value : isFolded ? `${before} ${value}`.trim() : `${before}, ${value}`;
	}
	if (!found && anomalies === 0) return nothingBut(content);
	if (!found) values.fill(null);
	return interpret(anomalies, content);
};
