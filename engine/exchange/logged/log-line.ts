import type { Value, ValueMap } from '../field.ts';
import { unescapeJson } from './json-text.ts';
import type { Member } from './members.ts';

/** A text that is not decoded before it is asked for: its bytes in the line, one character each. */
export class RawText {
	readonly raw: string;
	/** All of it; else its first line, without its end. */
	readonly isWhole: boolean;

	constructor(raw: string, isWhole: boolean) {
		this.raw = raw;
		this.isWhole = isWhole;
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

const firstLine = (text: string | null): string | null => text?.split(/\r?\n/, 1)[0] ?? null;

/** CR and LF as JSON writes them. */
const LINE_END = '\\r\\n';

/** By slot; undefined: it is not there. */
export type LineValues = (Value | RawText | undefined)[];

/** Where lines keep the members that were read. */
export type Slots = ReadonlyMap<Member, number>;

/** A line of a log: an exchange as a JSON document. Times are ns since the start of the capture. */
export class LogLine {
	readonly startTime: number;
	readonly endTime: number;
	readonly #values: LineValues;
	readonly #slots: Slots;
	/** The line itself, where more of it may be asked for. */
	readonly #bytes: Buffer | null;
	#document: ValueMap | null = null;

	constructor(values: LineValues, slots: Slots, startTime: number, endTime: number, bytes: Buffer | null) {
		this.#values = values;
		this.#slots = slots;
		this.startTime = startTime;
		this.endTime = endTime;
		this.#bytes = bytes;
	}

	/** A member as it stands there; undefined when it is not there. */
	get(name: Member): Value | undefined {
		const slot = this.#slots.get(name);
		if (slot === undefined) return this.document[name];
		const value = this.#values[slot];
		if (!(value instanceof RawText)) return value;
		if (!value.isWhole) return this.document[name];
		const text = unescapeJson(value.raw);
		this.#values[slot] = text;
		return text;
	}

	text(name: Member): string | null {
		const value = this.get(name);
		return typeof value === 'string' ? value : null;
	}

	/** Whether there is a text, and not an empty one. */
	hasText(name: Member): boolean {
		const value = this.#slotted(name);
		return value instanceof RawText ? !value.isWhole || value.raw !== '' : (this.text(name) ?? '') !== '';
	}

	/** The first line of a text, without its end: the rest is not decoded for it. Null where it was not asked for. */
	firstLine(name: Member): string | null {
		const value = this.#slotted(name);
		if (!(value instanceof RawText))
			return this.#bytes === null && !this.#slots.has(name) ? null : firstLine(this.text(name));
		if (!value.isWhole) return unescapeJson(value.raw);
		const end = value.raw.indexOf(LINE_END);
		// Behind a backslash it may be something else.
		return end === -1 || value.raw[end - 1] === '\\'
			? firstLine(this.text(name))
			: unescapeJson(value.raw.slice(0, end));
	}

	#slotted(name: Member): LineValues[number] {
		const slot = this.#slots.get(name);
		return slot === undefined ? undefined : this.#values[slot];
	}

	/** A number that may not have been asked for. */
	optional(name: Member): number | null {
		return this.#bytes !== null || this.#slots.has(name) ? this.number(name) : null;
	}

	number(name: Member): number | null {
		const value = this.get(name);
		return typeof value === 'number' ? value : null;
	}

	bool(name: Member): boolean | null {
		const value = this.get(name);
		return typeof value === 'boolean' ? value : null;
	}

	/** All of it. Throws where the plan of the query said that no more is asked for than was read. */
	get document(): ValueMap {
		if (this.#bytes === null) throw new Error('a member of a line is asked for that the plan did not name');
		this.#document ??= parsed(this.#bytes) ?? this.#known();
		return this.#document;
	}

	/** The members that were read. */
	#known(): ValueMap {
		return Object.fromEntries([...this.#slots.keys()].map((name) => [name, this.get(name) ?? null]));
	}
}
