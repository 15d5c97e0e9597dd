import { MEMBER_NAMES, MEMBERS, type Member, type MemberKind } from '../../exchange/logged/members.ts';
import { endOfString, endOfValue, skipBlanks, startsWith } from './json-scan.ts';

/** A member as lines have it: one writer writes them all in the same order. */
interface Place {
	readonly name: string;
	/** The name with its quotes and the colon. */
	readonly literal: Buffer;
	/** Index of the member; -1 where nobody asks for it. */
	readonly member: number;
}

/** Names of one document; those of a hostile file are not learnt for ever. */
const MAX_PLACES = 128;

/** Takes the value of a member, `bytes[start, end)`; false when it is none of its kind. */
export type TakeValue = (member: number, kind: MemberKind, start: number, end: number) => boolean;

/**
 * Finds the wanted members of a document without parsing the rest: it walks along the names of the outermost object, in
 * the order in which the lines before had them.
 */
export class LineScanner {
	readonly #wanted: ReadonlySet<Member>;
	readonly #startsOnly: boolean;
	readonly #places: Place[] = [];

	/** `startsOnly`: of a text that is wanted last the end is not looked for; that of the line is given for it. */
	constructor(wanted: ReadonlySet<Member>, startsOnly: boolean) {
		this.#wanted = wanted;
		this.#startsOnly = startsOnly;
	}

	/**
	 * Looks at one line, `bytes[start, end)` without its newline. True when all wanted members that there are have been
	 * taken; false when the line is no object, is written in an unusual way, or a value was refused.
	 */
	scan(bytes: Buffer, start: number, end: number, take: TakeValue): boolean {
		let at = skipBlanks(bytes, start, end);
		if (bytes[at] !== 123 || !endsAsObject(bytes, end)) return false;
		at = skipBlanks(bytes, at + 1, end);
		if (bytes[at] === 125) return at + 1 === end;
		let left = this.#wanted.size;
		let seen = 0;
		let next = 0;
		for (;;) {
			let place = this.#places[next];
			if (place !== undefined && startsWith(bytes, at, place.literal)) at += place.literal.length;
			else {
				const colon = this.#find(bytes, at, end);
				if (colon === -1) return false;
				next = this.#found;
				place = this.#places[next];
				at = colon + 1;
			}
			next++;
			at = skipBlanks(bytes, at, end);
			const member = place?.member ?? -1;
			const isOpen = this.#startsOnly && left === 1 && KINDS[member] === 'text' && bytes[at] === 34;
			const valueEnd = isOpen ? end : endOfValue(bytes, at, end);
			if (valueEnd === -1) return false;
			if (member !== -1) {
				// Of a name that comes twice parsers take one or the other.
				if ((seen & (1 << member)) !== 0 || !take(member, KINDS[member]!, at, valueEnd)) return false;
				seen |= 1 << member;
				if (--left === 0) return true;
			}
			at = skipBlanks(bytes, valueEnd, end);
			const code = bytes[at];
			if (code === 125) return skipBlanks(bytes, at + 1, end) === end;
			if (code !== 44 || at >= end) return false;
			at = skipBlanks(bytes, at + 1, end);
		}
	}

	/** Index in #places of the name that `#find` met. */
	#found = 0;

	/** Reads a name that stands elsewhere than in the lines before; gives the place of its colon. */
	#find(bytes: Buffer, at: number, end: number): number {
		const quote = bytes[at] === 34 ? endOfString(bytes, at, end) : -1;
		if (quote === -1) return -1;
		const colon = skipBlanks(bytes, quote + 1, end);
		const name = bytes.toString('latin1', at + 1, quote);
		if (bytes[colon] !== 58 || name.includes('\\')) return -1;
		this.#found = this.#places.findIndex((place) => place.name === name);
		if (this.#found === -1) {
			if (this.#places.length === MAX_PLACES) this.#places.length = 0;
			const member = MEMBER_NAMES.findIndex((known) => known === name && this.#wanted.has(known));
			this.#found = this.#places.push({ name, literal: Buffer.from(`"${name}":`, 'latin1'), member }) - 1;
		}
		return colon;
	}
}

const KINDS: readonly MemberKind[] = MEMBER_NAMES.map((name) => MEMBERS[name]);

/** The end of a line that was cut off, or of two that were mixed, mostly looks otherwise. */
const endsAsObject = (bytes: Buffer, end: number): boolean => {
	let last = end - 1;
	while (last > 0 && (bytes[last] === 32 || bytes[last] === 13)) last--;
	return bytes[last] === 125;
};
