import { MEMBERS, type Member } from '../../exchange/logged/members.ts';
import { endOfNested, endOfString, isBlank, skipBlanks } from './json-scan.ts';
import { hasWords, wordsOf } from './words.ts';

const QUOTE = 34;
const COMMA = 44;
const BACKSLASH = 92;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;
const OPEN_ARRAY = 91;
const SPACE = 32;

/** A member as lines have it: one writer writes them all in the same order. */
interface Place {
	readonly name: string;
	/** The name with its quotes and the colon. */
	readonly words: Int32Array;
	readonly length: number;
	/** Which of the wanted ones it is; -1 where nobody asks for it. */
	readonly slot: number;
	/** Its end is not looked for where nothing is wanted behind it. */
	readonly isOpen: boolean;
}

/** Names of one document; those of a hostile file are not learnt for ever. */
const MAX_PLACES = 128;
/** Most strings end within these; to look for the quote of a longer one natively costs less than its bytes. */
const SHORT_STRING = 40;

/**
 * Finds the wanted members of a document without parsing the rest: it walks along the names of the outermost object, in
 * the order in which the lines before had them.
 */
export class LineScanner {
	/** Where the value of each wanted member begins, -1 when the line has none, and behind its end. */
	readonly starts: Int32Array;
	readonly ends: Int32Array;
	readonly #wanted: readonly Member[];
	readonly #startsOnly: boolean;
	readonly #places: Place[] = [];
	#bytes: Buffer = Buffer.alloc(0);
	#view: DataView = new DataView(new ArrayBuffer(0));

	/** `startsOnly`: of a text that is wanted last the end is not looked for; that of the line is given for it. */
	constructor(wanted: readonly Member[], startsOnly: boolean) {
		this.#wanted = wanted;
		this.#startsOnly = startsOnly;
		this.starts = new Int32Array(wanted.length);
		this.ends = new Int32Array(wanted.length);
	}

	/** The next lines are of these bytes. */
	open(bytes: Buffer): void {
		this.#bytes = bytes;
		this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	}

	/**
	 * Looks at one line, `[start, end)`, and behind it a newline. True when all wanted members that there are have been found;
	 * false when the line is no object or is written in an unusual way.
	 */
	scan(start: number, end: number): boolean {
		const bytes = this.#bytes;
		const view = this.#view;
		const { starts, ends } = this;
		starts.fill(-1);
		if (bytes[start] !== OPEN_OBJECT || bytes[end - 1] !== CLOSE_OBJECT) {
			start = skipBlanks(bytes, start, end);
			if (bytes[start] !== OPEN_OBJECT || !endsAsObject(bytes, end)) return false;
		}
		let left = starts.length;
		let next = 0;
		let at = start + 1;
		for (;;) {
			if (bytes[at] !== QUOTE) at = skipBlanks(bytes, at, end);
			let place = this.#places[next];
			if (place !== undefined && hasWords(view, at, place.words, place.length)) at += place.length;
			else {
				at = this.#find(at, end);
				if (at === -1) return false;
				next = this.#found;
				place = this.#places[next]!;
			}
			next++;
			let first = bytes[at]!;
			if (isBlank(first)) {
				at = skipBlanks(bytes, at, end);
				first = bytes[at]!;
			}
			let i = at;
			if (first === QUOTE) {
				if (left === 1 && place.isOpen) i = end;
				else {
					const near = at + SHORT_STRING;
					for (i++; i < near; i++) {
						const code = bytes[i];
						if (code === QUOTE || code === BACKSLASH) break;
					}
					if (bytes[i] !== QUOTE) i = endOfString(bytes, at, end);
					if (i === -1 || i >= end) return false;
					i++;
				}
			} else if (first === OPEN_OBJECT || first === OPEN_ARRAY) {
				i = endOfNested(bytes, at, end);
				if (i === -1) return false;
			} else {
				for (let code = first; code !== COMMA && code !== CLOSE_OBJECT && code > SPACE; code = bytes[i]!) i++;
				if (i === at) return false;
			}
			const { slot } = place;
			if (slot !== -1) {
				// Of a name that comes twice parsers take one or the other.
				if (starts[slot] !== -1) return false;
				starts[slot] = at;
				ends[slot] = i;
				if (--left === 0) return true;
			}
			if (bytes[i] !== COMMA) {
				i = skipBlanks(bytes, i, end);
				if (bytes[i] === CLOSE_OBJECT) return skipBlanks(bytes, i + 1, end) === end;
				if (bytes[i] !== COMMA || i >= end) return false;
			}
			at = i + 1;
		}
	}

	/** Index in #places of the name that `#find` met. */
	#found = 0;

	/** Reads a name that stands elsewhere than in the lines before; gives the index behind its colon, -1 when there is none. */
	#find(at: number, end: number): number {
		const bytes = this.#bytes;
		const quote = bytes[at] === QUOTE ? endOfString(bytes, at, end) : -1;
		if (quote === -1) return -1;
		const colon = skipBlanks(bytes, quote + 1, end);
		const name = bytes.toString('latin1', at + 1, quote);
		if (bytes[colon] !== 58 || name.includes('\\')) return -1;
		this.#found = this.#places.findIndex((place) => place.name === name);
		if (this.#found === -1) {
			if (this.#places.length === MAX_PLACES) this.#places.length = 0;
			this.#found = this.#places.push(this.#placeOf(name)) - 1;
		}
		return colon + 1;
	}

	#placeOf(name: string): Place {
		const literal = Buffer.from(`"${name}":`, 'latin1');
		const slot = this.#wanted.findIndex((wanted: string) => wanted === name);
		const isOpen = this.#startsOnly && slot !== -1 && MEMBERS[this.#wanted[slot]!] === 'text';
		return { name, words: wordsOf(literal), length: literal.length, slot, isOpen };
	}
}

/** The end of a line that was cut off, or of two that were mixed, mostly looks otherwise. */
const endsAsObject = (bytes: Buffer, end: number): boolean => {
	let last = end - 1;
	while (last > 0 && (bytes[last] === 32 || bytes[last] === 13)) last--;
	return bytes[last] === 125;
};
