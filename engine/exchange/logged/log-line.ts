import type { Value, ValueMap } from '../field.ts';
import { isDeeper, MAX_JSON_DEPTH } from '../json-depth.ts';
import { bytesOf, unescapeJson } from './json-text.ts';
import { At, MEMBER_NAMES } from './members.ts';

/** A text that is not decoded before it is asked for: its bytes in the line, one character each. */
export class RawText {
	readonly raw: string;

	constructor(raw: string) {
		this.raw = raw;
	}
}

/** Of a text its first line, without its end: its bytes, one character each. */
export class FirstLine {
	readonly bytes: string;

	constructor(bytes: string) {
		this.bytes = bytes;
	}
}

/** Of a text what its first line tells as a status: nothing else of it is asked for. */
export class StartStatus {
	/** Null of a request; undefined: it is no start line. */
	readonly value: number | null | undefined;

	constructor(value: number | null | undefined) {
		this.value = value;
	}
}

/** The document; null where it turns out to be none: what nobody asked for was not looked at. */
const parsed = (bytes: Buffer): ValueMap | null => {
	try {
		return JSON.parse(bytes.toString('utf8')) as ValueMap;
	} catch {
		return null;
	}
};

/** Members that are nested too deep are null. */
const shallow = (document: ValueMap): ValueMap =>
	isDeeper(document)
		? Object.fromEntries(
				Object.entries(document).map(([name, value]) => [name, isDeeper(value, MAX_JSON_DEPTH - 1) ? null : value]),
			)
		: document;

/** What JSON allows between tokens, in a line. */
const BLANKS = /[\t\r]/g;

const firstLine = (text: string): string => text.split(/\r?\n/, 1)[0] ?? '';

/** CR and LF as JSON writes them. */
const LINE_END = '\\r\\n';

/** Undefined: it is not there. */
export type LineValue = Value | RawText | FirstLine | StartStatus | undefined;

/** By slot. */
export type LineValues = LineValue[];

/** Where lines keep the members that were read, by number; -1 of the others. */
export type Slots = Int8Array;

/** Of a member that nobody asked for: only the document has it. */
const NOT_READ = new FirstLine('');

/** A line of a log: an exchange as a JSON document. Times are ns since the start of the capture. */
export class LogLine {
	readonly startTime: number;
	readonly endTime: number;
	readonly #values: LineValues;
	readonly #slots: Slots;
	/** The line itself, where more of it may be asked for. */
	readonly #bytes: Buffer | null;
	readonly #onTruncated: () => void;
	#document: ValueMap | null = null;
	/** It turned out to be no document. */
	#isBroken = false;

	/** `onTruncated` is called where it turns out late that the line says so. */
	constructor(
		values: LineValues,
		slots: Slots,
		startTime: number,
		endTime: number,
		bytes: Buffer | null,
		onTruncated: () => void,
	) {
		this.#values = values;
		this.#slots = slots;
		this.startTime = startTime;
		this.endTime = endTime;
		this.#bytes = bytes;
		this.#onTruncated = onTruncated;
	}

	/** A member as it stands there; undefined when it is not there. */
	get(member: number): Value | undefined {
		const slot = this.#slots[member]!;
		const value = slot === -1 ? NOT_READ : this.#values[slot];
		if (typeof value !== 'object' || value === null) return value;
		if (value instanceof FirstLine || value instanceof StartStatus) return this.document[MEMBER_NAMES[member]!];
		if (!(value instanceof RawText)) return value;
		const text = unescapeJson(value.raw);
		this.#values[slot] = text;
		return text;
	}

	text(member: number): string | null {
		const value = this.get(member);
		return typeof value === 'string' ? value : null;
	}

	/** Whether there is a text, and not an empty one. */
	hasText(member: number): boolean {
		const value = this.#slotted(member);
		if (value instanceof FirstLine) return true;
		return value instanceof RawText ? value.raw !== '' : (this.text(member) ?? '') !== '';
	}

	/**
	 * The first line of a text, without its end, as its bytes in UTF-8, one character each: the rest is not decoded for it.
	 * Null where there is none, or it was not asked for.
	 */
	firstLine(member: number): string | null {
		const value = this.#slotted(member);
		if (value instanceof FirstLine) return value.bytes;
		if (value instanceof RawText) {
			const end = value.raw.indexOf(LINE_END);
			if (end !== -1 && value.raw.indexOf('\\') === end) return value.raw.slice(0, end);
		}
		const text = this.#bytes === null && this.#slots[member] === -1 ? null : this.text(member);
		return text === null ? null : bytesOf(firstLine(text));
	}

	/** Whether the first line of a text has an end. */
	endsFirstLine(member: number): boolean {
		return this.#slotted(member) instanceof FirstLine || (this.text(member) ?? '').includes('\n');
	}

	/** Null where more was asked for than the status. */
	startStatus(member: number): StartStatus | null {
		const value = this.#slotted(member);
		return value instanceof StartStatus ? value : null;
	}

	#slotted(member: number): LineValue {
		const slot = this.#slots[member]!;
		return slot === -1 ? undefined : this.#values[slot];
	}

	/** A number that may not have been asked for. */
	optional(member: number): number | null {
		return this.#bytes !== null || this.#slots[member] !== -1 ? this.number(member) : null;
	}

	number(member: number): number | null {
		const value = this.get(member);
		return typeof value === 'number' ? value : null;
	}

	bool(member: number): boolean | null {
		const value = this.get(member);
		return typeof value === 'boolean' ? value : null;
	}

	/** All of it. Throws where the plan of the query said that no more is asked for than was read. */
	get document(): ValueMap {
		if (this.#bytes === null) throw new Error('a member of a line is asked for that the plan did not name');
		if (this.#document === null) {
			const document = parsed(this.#bytes);
			this.#isBroken = document === null;
			this.#document = document === null ? this.#known() : shallow(document);
			if (this.#slots[At.truncated] === -1 && this.#document.truncated === true) this.#onTruncated();
		}
		return this.#document;
	}

	/** The document as the line has it: with members of one name, numbers that a double does not hold, and all that is nested. */
	get json(): string {
		const { document } = this;
		const bytes = this.#isBroken ? null : this.#bytes;
		return bytes === null ? JSON.stringify(document) : bytes.toString('utf8').replace(BLANKS, ' ').trim();
	}

	/** The members that were read. */
	#known(): ValueMap {
		const read = MEMBER_NAMES.flatMap((name, member) => (this.#slots[member] === -1 ? [] : [[name, member] as const]));
		return Object.fromEntries(read.map(([name, member]) => [name, this.get(member) ?? null]));
	}
}
