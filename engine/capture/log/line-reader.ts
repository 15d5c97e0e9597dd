import type { Value } from '../../exchange/field.ts';
import { logDemandOf } from '../../exchange/logged/log-demand.ts';
import { type LineValues, LogLine, RawText, type Slots } from '../../exchange/logged/log-line.ts';
import { hasOwnMembers } from '../../exchange/logged/logged-exchange.ts';
import { indexOfMember, isTold, MEMBER_NAMES, MEMBERS, type MemberKind } from '../../exchange/logged/members.ts';
import { firstLineOf } from './first-line.ts';
import { numberOf } from './json-number.ts';
import { skipBlanks, startsWith } from './json-scan.ts';
import { LineScanner } from './line-scanner.ts';
import { LogTimes } from './log-time.ts';
import { SharedTexts } from './shared-texts.ts';

const START_TIME = MEMBER_NAMES.indexOf('start_time');
const PROTOCOL = MEMBER_NAMES.indexOf('protocol');

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
	readonly #slots: Slots;
	readonly #slotOf: Int8Array;
	readonly #start = new LogTimes();
	readonly #end = new LogTimes();
	readonly #shared = new SharedTexts();
	readonly #startSeconds: number;
	readonly #startNs: number;
	#bytes: Buffer = Buffer.alloc(0);
	#values: LineValues = [];
	#startSeen = false;
	#endSeen = false;

	/** `fields`: those that are read of each line; `this` among them: of some all may be. Times count from `startWall`. */
	constructor(fields: readonly string[], startWall: bigint) {
		const { members: wanted, startsOnly } = logDemandOf(fields.filter((field) => field !== 'this'));
		this.#startsOnly = startsOnly;
		this.#scanner = new LineScanner(wanted, startsOnly);
		this.#slots = new Map([...wanted].map((name, slot) => [name, slot]));
		this.#slotOf = Int8Array.from(MEMBER_NAMES, (name) => this.#slots.get(name) ?? -1);
		this.#keeps = fields.includes('this');
		this.#asksOwn = fields.some((field) => field !== 'this' && !isTold(field));
		this.#startSeconds = Number(startWall / 1_000_000_000n);
		this.#startNs = Number(startWall % 1_000_000_000n);
	}

	/** The next lines are of these bytes. */
	open(bytes: Buffer): void {
		this.#bytes = bytes;
	}

	/** The line `[start, end)` without its newline; null when it is no document. `whole`: all of it is to be right. */
	read(start: number, end: number, whole: boolean): LogLine | null {
		this.#startSeen = false;
		this.#endSeen = false;
		this.#values = new Array<LineValues[number]>(this.#slots.size);
		const scanned = !whole && this.#scanner.scan(this.#bytes, start, end, this.#take);
		if (!scanned && !this.#parse(this.#bytes.toString('utf8', start, end))) return null;
		const values = this.#values;
		const protocol = values[this.#slotOf[PROTOCOL]!];
		if (!this.#startSeen || !this.#endSeen || typeof protocol !== 'string') return null;
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

	readonly #take = (member: number, kind: MemberKind, start: number, end: number): boolean => {
		const bytes = this.#bytes;
		const first = bytes[start];
		if (kind === 'time') return first === 34 && this.#time(member, bytes, start + 1, end - 1);
		const slot = this.#slotOf[member]!;
		if (first === 110) {
			this.#values[slot] = null;
			return isWord(bytes, NULL, start, end);
		}
		switch (kind) {
			case 'string': {
				if (first !== 34) return false;
				const text = this.#shared.get(bytes, start + 1, end - 1);
				this.#values[slot] = text;
				return text !== null;
			}
			case 'text':
				if (first !== 34) return false;
				this.#values[slot] = this.#startsOnly
					? firstLineOf(bytes, start, end)
					: new RawText(bytes.toString('latin1', start + 1, end - 1), true);
				return this.#values[slot] !== null;
			case 'number': {
				const value = numberOf(bytes, start, end);
				this.#values[slot] = value;
				return !Number.isNaN(value);
			}
			case 'bool':
				this.#values[slot] = first === 116;
				return isWord(bytes, first === 116 ? TRUE : FALSE, start, end);
			case 'json':
				return this.#json(member, bytes.toString('utf8', start, end));
		}
	};

	#time(member: number, bytes: Buffer, start: number, end: number): boolean {
		if (member === START_TIME) this.#startSeen = true;
		else this.#endSeen = true;
		return (member === START_TIME ? this.#start : this.#end).read(bytes, start, end);
	}

	#timeText(member: number, bytes: Buffer): boolean {
		return this.#time(member, bytes, 0, bytes.length);
	}

	#json(member: number, text: string): boolean {
		try {
			this.#values[this.#slotOf[member]!] = JSON.parse(text) as Value;
			return true;
		} catch {
			return false;
		}
	}

	/** Reads a line in the plain way. */
	#parse(line: string): boolean {
		let document: unknown;
		try {
			document = JSON.parse(line);
		} catch {
			return false;
		}
		if (typeof document !== 'object' || document === null || Array.isArray(document)) return false;
		this.#values.fill(undefined);
		for (const [name, value] of Object.entries(document as Record<string, Value>)) {
			const member = indexOfMember.get(name);
			if (member === undefined || this.#slotOf[member] === -1) continue;
			if (value === null) this.#values[this.#slotOf[member]!] = null;
			else if (!this.#accept(member, MEMBERS[MEMBER_NAMES[member]!], value)) return false;
		}
		return true;
	}

	#accept(member: number, kind: MemberKind, value: Value): boolean {
		this.#values[this.#slotOf[member]!] = value;
		switch (kind) {
			case 'time':
				return typeof value === 'string' && this.#timeText(member, Buffer.from(value));
			case 'text':
			case 'string':
				return typeof value === 'string';
			case 'number':
				return typeof value === 'number';
			case 'bool':
				return typeof value === 'boolean';
			case 'json':
				return true;
		}
	}
}
