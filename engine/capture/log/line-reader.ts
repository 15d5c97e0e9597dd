import type { Value } from '../../exchange/field.ts';
import { unescapeJson } from '../../exchange/logged/json-text.ts';
import { type LineValues, LogLine, RawText, type Slots } from '../../exchange/logged/log-line.ts';
import { hasOwnMembers } from '../../exchange/logged/logged-exchange.ts';
import {
	indexOfMember,
	isTold,
	MEMBER_NAMES,
	MEMBERS,
	type MemberKind,
	membersFor,
} from '../../exchange/logged/members.ts';
import { skipBlanks } from './json-scan.ts';
import { LineScanner } from './line-scanner.ts';
import { LogTimes } from './log-time.ts';

/** Texts that many lines share, such as addresses, are made once; so many are remembered. */
const MAX_SHARED = 4096;
/** Longer ones are mostly of one line only. */
const MAX_SHARED_LENGTH = 64;

const START_TIME = MEMBER_NAMES.indexOf('start_time');
const PROTOCOL = MEMBER_NAMES.indexOf('protocol');

const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** Makes lines of a log of their bytes: what is asked for of each, and of those that may be shown the rest, too. */
export class LineReader {
	readonly #scanner: LineScanner;
	readonly #keeps: boolean;
	/** Fields of protocols are asked for. */
	readonly #asksOwn: boolean;
	readonly #slots: Slots;
	readonly #slotOf: Int8Array;
	readonly #start = new LogTimes();
	readonly #end = new LogTimes();
	readonly #shared = new Map<string, string>();
	readonly #startSeconds: number;
	readonly #startNs: number;
	#bytes: Buffer = Buffer.alloc(0);
	#text = '';
	#values: LineValues = [];
	#startSeen = false;
	#endSeen = false;

	/** `fields`: those that are read of each line; `this` among them: of some all may be. Times count from `startWall`. */
	constructor(fields: readonly string[], startWall: bigint) {
		const wanted = membersFor(fields.filter((field) => field !== 'this'));
		this.#scanner = new LineScanner(wanted);
		this.#slots = new Map([...wanted].map((name, slot) => [name, slot]));
		this.#slotOf = Int8Array.from(MEMBER_NAMES, (name) => this.#slots.get(name) ?? -1);
		this.#keeps = fields.includes('this');
		this.#asksOwn = fields.some((field) => field !== 'this' && !isTold(field));
		this.#startSeconds = Number(startWall / 1_000_000_000n);
		this.#startNs = Number(startWall % 1_000_000_000n);
	}

	/** The next lines are of these bytes; `text` are the same, one character a byte. */
	open(bytes: Buffer, text: string): void {
		this.#bytes = bytes;
		this.#text = text;
	}

	/** The line `[start, end)` without its newline; null when it is no document. `whole`: all of it is to be right. */
	read(start: number, end: number, whole: boolean): LogLine | null {
		this.#startSeen = false;
		this.#endSeen = false;
		this.#values = new Array<LineValues[number]>(this.#slots.size);
		const scanned = !whole && this.#scanner.scan(this.#text, start, end, this.#take);
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
		return skipBlanks(this.#text, start, end) === end;
	}

	readonly #take = (member: number, kind: MemberKind, start: number, end: number): boolean => {
		const text = this.#text;
		const first = text.charCodeAt(start);
		if (first === 110 && end - start === 4 && text.startsWith('null', start)) {
			this.#values[this.#slotOf[member]!] = null;
			return true;
		}
		switch (kind) {
			case 'time':
				return first === 34 && this.#time(member, text, start + 1, end - 1);
			case 'string':
				if (first !== 34) return false;
				this.#values[this.#slotOf[member]!] = this.#sharedText(start + 1, end - 1);
				return this.#values[this.#slotOf[member]!] !== null;
			case 'text':
				if (first !== 34) return false;
				this.#values[this.#slotOf[member]!] = new RawText(this.#bytes.toString('latin1', start + 1, end - 1));
				return true;
			case 'number':
				return this.#number(member, text.slice(start, end));
			case 'bool':
				this.#values[this.#slotOf[member]!] = first === 116;
				return text.startsWith(first === 116 ? 'true' : 'false', start);
			case 'json':
				return this.#json(member, this.#bytes.toString('utf8', start, end));
		}
	};

	#time(member: number, text: string, start: number, end: number): boolean {
		if (member === START_TIME) this.#startSeen = true;
		else this.#endSeen = true;
		return (member === START_TIME ? this.#start : this.#end).read(text, start, end);
	}

	#number(member: number, text: string): boolean {
		const value = Number(text);
		this.#values[this.#slotOf[member]!] = value;
		return NUMBER.test(text) && Number.isFinite(value);
	}

	#json(member: number, text: string): boolean {
		try {
			this.#values[this.#slotOf[member]!] = JSON.parse(text) as Value;
			return true;
		} catch {
			return false;
		}
	}

	#sharedText(start: number, end: number): string | null {
		if (end - start > MAX_SHARED_LENGTH) return unescapeJson(this.#bytes.toString('latin1', start, end));
		const raw = this.#text.slice(start, end);
		const known = this.#shared.get(raw);
		if (known !== undefined) return known;
		// A slice would keep all of the text.
		const own = this.#bytes.toString('latin1', start, end);
		const text = unescapeJson(own);
		if (text === null) return null;
		if (this.#shared.size === MAX_SHARED) this.#shared.clear();
		this.#shared.set(own, text);
		return text;
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
				return typeof value === 'string' && this.#time(member, value, 0, value.length);
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
