import type { Value } from '../../exchange/field.ts';
import { isDeeper } from '../../exchange/json-depth.ts';
import type { LogDemand } from '../../exchange/logged/log-demand.ts';
import { type LineValue, RawText } from '../../exchange/logged/log-line.ts';
import { MAX_PORT } from '../ports.ts';
import { canonicalAddress } from './address-member.ts';
import { FirstLines } from './first-line.ts';
import { JsonNumber } from './json-number.ts';
import { endOfString, endOfText, endOfValue, MINUS, QUOTE, startsWith } from './json-scan.ts';
import type { Place } from './line-places.ts';
import { LogTimes } from './log-time.ts';
import { SharedTexts } from './shared-texts.ts';

/** The first of "true". */
const LETTER_T = 116;
/** The first of "null". */
const LETTER_N = 110;

const NULL = Buffer.from('null');
const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');

/** Reads values of members out of the bytes of lines. */
export class MemberReader {
	/** What was read last; of times, which `start` and `end` have, undefined. */
	value: LineValue = undefined;
	readonly start = new LogTimes();
	readonly end = new LogTimes();
	readonly #shared = new SharedTexts();
	readonly #addresses = new SharedTexts(canonicalAddress);
	/** Null: of texts more than their first lines is asked for. */
	readonly #firstLines: FirstLines | null;
	readonly #number = new JsonNumber();
	#bytes: Buffer = Buffer.alloc(0);
	#view: DataView = new DataView(new ArrayBuffer(0));

	constructor({ startsOnly, statusOf }: LogDemand) {
		this.#firstLines = startsOnly ? new FirstLines(statusOf) : null;
	}

	/** The next lines are of these bytes. */
	open(bytes: Buffer, view: DataView): void {
		this.#bytes = bytes;
		this.#view = view;
	}

	/**
	 * Reads the value of a member, which begins at `at`; gives where it ends, -1 when it is none of that kind. `isLast`: nothing
	 * is looked at behind it.
	 */
	read({ kind, name }: Place, at: number, end: number, isLast: boolean): number {
		const bytes = this.#bytes;
		const first = bytes[at];
		this.value = undefined;
		if (kind === 'time') {
			if (first !== QUOTE) return -1;
			const times = name === 'start_time' ? this.start : this.end;
			const quote = times.read(bytes, this.#view, at + 1, end);
			return quote !== -1 && bytes[quote] === QUOTE ? quote + 1 : -1;
		}
		if (first === LETTER_N) {
			this.value = null;
			return behindWord(bytes, at, NULL);
		}
		let quote: number;
		switch (kind) {
			case 'string':
				if (first !== QUOTE) return -1;
				quote = this.#shared.read(bytes, at, end);
				this.value = this.#shared.text;
				return quote === -1 ? -1 : quote + 1;
			case 'address':
				if (first !== QUOTE) return -1;
				quote = this.#addresses.read(bytes, at, end);
				this.value = this.#addresses.text;
				return quote === -1 ? -1 : quote + 1;
			case 'text':
				if (first !== QUOTE) return -1;
				if (this.#firstLines !== null) {
					quote = this.#firstLines.read(bytes, this.#view, at, end);
					this.value = this.#firstLines.value;
					// Of the last one that is wanted the end is not looked for.
					if (!isLast && quote !== -1) quote = endOfText(bytes, quote, end);
				} else {
					quote = endOfString(bytes, at, end);
					this.value = new RawText(bytes.toString('latin1', at + 1, quote));
				}
				return quote === -1 ? -1 : quote + 1;
			case 'bool':
				this.value = first === LETTER_T;
				return behindWord(bytes, at, first === LETTER_T ? TRUE : FALSE);
			case 'json': {
				const behind = endOfValue(bytes, at, end);
				this.value = bounded(parsed(bytes, at, behind));
				return this.value === undefined ? -1 : behind;
			}
			default: {
				const behind = this.#number.read(bytes, at, end);
				this.value = this.#number.value;
				if (kind === 'number') return behind;
				return first === MINUS || (kind === 'port' && !isPort(this.value)) ? -1 : behind;
			}
		}
	}
}

/** Of what JSON gives. */
export const isPort = (value: unknown): boolean => {
	const port = Number(value);
	return Number.isInteger(port) && port >= 0 && port <= MAX_PORT;
};

const behindWord = (bytes: Buffer, at: number, word: Buffer): number =>
	startsWith(bytes, at, word) ? at + word.length : -1;

/** A member, which is not nested too deep. */
export const bounded = (value: Value | undefined): Value | undefined => (isDeeper(value) ? null : value);

/** Undefined when it is no JSON. */
export const parsed = (bytes: Buffer, start: number, end: number): Value | undefined => {
	try {
		return JSON.parse(bytes.toString('utf8', start, end)) as Value;
	} catch {
		return undefined;
	}
};
