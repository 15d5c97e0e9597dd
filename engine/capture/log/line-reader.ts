import type { Value } from '../../exchange/field.ts';
import { logDemandOf } from '../../exchange/logged/log-demand.ts';
import { type LineValues, LogLine, RawText, type Slots } from '../../exchange/logged/log-line.ts';
import { hasOwnMembers } from '../../exchange/logged/logged-exchange.ts';
import { isTold, MEMBER_NAMES, MEMBERS, type Member, type MemberKind } from '../../exchange/logged/members.ts';
import { firstLineOf } from './first-line.ts';
import { numberOf } from './json-number.ts';
import { skipBlanks, startsWith } from './json-scan.ts';
import { LineScanner } from './line-scanner.ts';
import { LogTimes } from './log-time.ts';
import { SharedTexts } from './shared-texts.ts';

const QUOTE = 34;
/** The first of "true". */
const LETTER_T = 116;
/** The first of "null". */
const LETTER_N = 110;

const NULL = Buffer.from('null');
const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');

const isWord = (bytes: Buffer, word: Buffer, start: number, end: number): boolean =>
	end - start === word.length && startsWith(bytes, start, word);

/** Makes lines of a log of their bytes: what is asked for of each, and of those that may be shown the rest, too. */
export class LineReader {
	readonly #scanner: LineScanner;
	readonly #startsOnly: boolean;
	readonly #keeps: boolean;
	/** Fields of protocols are asked for. */
	readonly #asksOwn: boolean;
	readonly #wanted: readonly Member[];
	readonly #slots: Slots;
	readonly #kinds: readonly MemberKind[];
	readonly #startTime: number;
	readonly #endTime: number;
	readonly #protocol: number;
	readonly #start = new LogTimes();
	readonly #end = new LogTimes();
	readonly #shared = new SharedTexts();
	readonly #startSeconds: number;
	readonly #startNs: number;
	#bytes: Buffer = Buffer.alloc(0);
	/** What the line that was read last calls its protocol. */
	protocol = '';

	/** `fields`: those that are read of each line; `this` among them: of some all may be. Times count from `startWall`. */
	constructor(fields: readonly string[], startWall: bigint) {
		const demand = logDemandOf(fields.filter((field) => field !== 'this'));
		const wanted: readonly Member[] = [...demand.members];
		this.#startsOnly = demand.startsOnly;
		this.#scanner = new LineScanner(wanted, demand.startsOnly);
		this.#wanted = wanted;
		this.#slots = Int8Array.from(MEMBER_NAMES, (name) => wanted.indexOf(name));
		this.#kinds = wanted.map((name) => MEMBERS[name]);
		this.#startTime = wanted.indexOf('start_time');
		this.#endTime = wanted.indexOf('end_time');
		this.#protocol = wanted.indexOf('protocol');
		this.#keeps = fields.includes('this');
		this.#asksOwn = fields.some((field) => field !== 'this' && !isTold(field));
		this.#startSeconds = Number(startWall / 1_000_000_000n);
		this.#startNs = Number(startWall % 1_000_000_000n);
	}

	/** The next lines are of these bytes. */
	open(bytes: Buffer): void {
		this.#bytes = bytes;
		this.#scanner.open(bytes);
	}

	/** The line `[start, end)` without its newline; null when it is no document. `whole`: all of it is to be right. */
	read(start: number, end: number, whole: boolean): LogLine | null {
		const values = (!whole && this.#scan(start, end)) || this.#parse(start, end);
		if (values === null) return null;
		const protocol = values[this.#protocol];
		if (typeof protocol !== 'string') return null;
		this.protocol = protocol;
		const keeps = this.#keeps || (this.#asksOwn && hasOwnMembers(protocol));
		return new LogLine(
			values,
			this.#slots,
			this.#start.since(this.#startSeconds, this.#startNs),
			this.#end.since(this.#startSeconds, this.#startNs),
			keeps ? Buffer.from(this.#bytes.subarray(start, end)) : null,
		);
	}

	isBlank(start: number, end: number): boolean {
		return skipBlanks(this.#bytes, start, end) === end;
	}

	/** Reads no more of a line than is asked for; null when it is written in an unusual way. */
	#scan(start: number, end: number): LineValues | null {
		const scanner = this.#scanner;
		if (!scanner.scan(start, end)) return null;
		const { starts, ends } = scanner;
		const bytes = this.#bytes;
		const kinds = this.#kinds;
		const values: LineValues = [];
		for (let slot = 0; slot < kinds.length; slot++) {
			const at = starts[slot]!;
			let value: LineValues[number];
			if (at !== -1) {
				const kind = kinds[slot]!;
				if (kind === 'time') {
					const times = slot === this.#startTime ? this.#start : this.#end;
					if (bytes[at] !== QUOTE || !times.read(bytes, at + 1, ends[slot]! - 1)) return null;
				} else {
					value = this.#valueOf(kind, at, ends[slot]!);
					if (value === undefined) return null;
				}
			} else if (slot === this.#startTime || slot === this.#endTime) return null;
			values.push(value);
		}
		return values;
	}

	/** The value `[start, end)`; undefined when it is none of that kind. */
	#valueOf(kind: MemberKind, start: number, end: number): LineValues[number] {
		const bytes = this.#bytes;
		const first = bytes[start];
		if (first === LETTER_N) return isWord(bytes, NULL, start, end) ? null : undefined;
		switch (kind) {
			case 'string':
				return first === QUOTE ? (this.#shared.get(bytes, start + 1, end - 1) ?? undefined) : undefined;
			case 'text':
				if (first !== QUOTE) return undefined;
				if (this.#startsOnly) return firstLineOf(bytes, start, end) ?? undefined;
				return new RawText(bytes.toString('latin1', start + 1, end - 1));
			case 'bool':
				if (first === LETTER_T) return isWord(bytes, TRUE, start, end) || undefined;
				return isWord(bytes, FALSE, start, end) ? false : undefined;
			case 'json':
				return parsed(bytes, start, end);
			case 'size': {
				const value = numberOf(bytes, start, end);
				return value >= 0 ? value : undefined;
			}
			default: {
				const value = numberOf(bytes, start, end);
				return Number.isNaN(value) ? undefined : value;
			}
		}
	}

	/** Reads a line in the plain way; null when it is no document, or what is asked for is of a wrong kind. */
	#parse(start: number, end: number): LineValues | null {
		const document = parsed(this.#bytes, start, end);
		if (typeof document !== 'object' || document === null || Array.isArray(document)) return null;
		const values = new Array<LineValues[number]>(this.#wanted.length).fill(undefined);
		for (const [slot, name] of this.#wanted.entries()) {
			const value = (document as Readonly<Record<string, Value | undefined>>)[name];
			if (slot !== this.#startTime && slot !== this.#endTime) values[slot] = value;
			if (!this.#isOfKind(value, slot)) return null;
		}
		return values;
	}

	#isOfKind(value: Value | undefined, slot: number): boolean {
		if (slot === this.#startTime) return typeof value === 'string' && this.#start.readText(value);
		if (slot === this.#endTime) return typeof value === 'string' && this.#end.readText(value);
		if (value === undefined || value === null) return true;
		const kind = this.#kinds[slot]!;
		const type = TYPES[kind];
		return (type === null || typeof value === type) && (kind !== 'size' || Number(value) >= 0);
	}
}

/** Of what JSON.parse gives; null: each will do. */
const TYPES: Readonly<Record<MemberKind, 'string' | 'number' | 'boolean' | null>> = {
	time: 'string',
	string: 'string',
	text: 'string',
	number: 'number',
	size: 'number',
	bool: 'boolean',
	json: null,
};

const parsed = (bytes: Buffer, start: number, end: number): Value | undefined => {
	try {
		return JSON.parse(bytes.toString('utf8', start, end)) as Value;
	} catch {
		return undefined;
	}
};
