import type { LineValue } from '../../exchange/logged/log-line.ts';
import { MEMBERS, type Member, type MemberKind } from '../../exchange/logged/members.ts';
import { FixedText } from './fixed-text.ts';
import { COLON, endOfString, QUOTE, skipBlanks } from './json-scan.ts';

/** Names of one document; those of a hostile file are not learnt for ever. */
const MAX_PLACES = 128;
/** A member whose value was another one so often is expected to change. */
const MAX_CHANGES = 4;
/** Longer values are mostly of one line only. */
const MAX_LENGTH = 64;

/** A member as lines have it: one writer writes them all in the same order. */
export class Place {
	readonly name: string;
	/** Which of the wanted ones it is; -1 where nobody asks for it. */
	readonly slot: number;
	/** Null where nobody asks for it. */
	readonly kind: MemberKind | null;
	/** What is looked for: the name with its quotes and the colon, or, where it `repeats`, all of it with the comma. */
	text: FixedText;
	repeats = false;
	/** What is asked for of one that repeats. */
	value: LineValue = undefined;
	/** Nothing more is to be learnt: it changes from line to line. */
	isSettled: boolean;
	readonly #nameText: FixedText;
	#changes = 0;

	constructor(name: string, slot: number) {
		this.name = name;
		this.slot = slot;
		this.kind = slot === -1 ? null : MEMBERS[name as Member];
		this.#nameText = new FixedText(Buffer.from(`"${name}":`, 'latin1'));
		this.text = this.#nameText;
		this.isSettled = !REPEATING.has(this.kind);
	}

	/** Learns what stood there, `bytes[start, end)`: in the lines that follow it may be the same. */
	learn(bytes: Buffer, start: number, end: number, value: LineValue): void {
		this.isSettled = this.#changes++ === MAX_CHANGES || end - start > MAX_LENGTH;
		this.repeats = !this.isSettled;
		this.text = this.repeats ? new FixedText(bytes.subarray(start, end)) : this.#nameText;
		this.value = this.repeats ? value : undefined;
	}
}

const REPEATING: ReadonlySet<MemberKind | null> = new Set([
	null,
	'string',
	'address',
	'number',
	'size',
	'port',
	'bool',
]);

/** The members of the outermost object in the order in which the lines before had them. */
export class LinePlaces {
	readonly all: Place[] = [];
	/** Index of the member that `find` met. */
	found = 0;
	readonly #wanted: readonly Member[];

	constructor(wanted: readonly Member[]) {
		this.#wanted = wanted;
	}

	/** Reads a name that stands elsewhere than in the lines before; gives the index behind its colon, -1 when there is none. */
	find(bytes: Buffer, at: number, end: number): number {
		const quote = bytes[at] === QUOTE ? endOfString(bytes, at, end) : -1;
		if (quote === -1) return -1;
		const colon = skipBlanks(bytes, quote + 1, end);
		const name = bytes.toString('latin1', at + 1, quote);
		if (bytes[colon] !== COLON || name.includes('\\')) return -1;
		this.found = this.all.findIndex((place) => place.name === name);
		if (this.found === -1) {
			if (this.all.length === MAX_PLACES) this.all.length = 0;
			const slot = this.#wanted.findIndex((wanted: string) => wanted === name);
			this.found = this.all.push(new Place(name, slot)) - 1;
		}
		return colon + 1;
	}
}
