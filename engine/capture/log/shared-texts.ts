import { unescapeJson } from '../../exchange/logged/json-text.ts';
import { BACKSLASH, endOfText, QUOTE } from './json-scan.ts';

/** Remembered at once, one for each of the hashes; a power of two. */
const TEXTS = 4096;
/** Longer ones are mostly of one line only. */
const MAX_LENGTH = 64;

interface SharedText {
	readonly bytes: Buffer;
	readonly text: string;
}

/** Texts that many lines share, such as addresses, are made once. */
export class SharedTexts {
	text = '';
	readonly #texts = new Array<SharedText | undefined>(TEXTS).fill(undefined);
	readonly #make: (text: string) => string;

	/** `make`: what is made of each. */
	constructor(make: (text: string) => string = (text) => text) {
		this.#make = make;
	}

	/** Reads the JSON string whose opening quote is at `at`; gives the place of its closing one, -1 when it is none. */
	read(bytes: Buffer, at: number, end: number): number {
		const start = at + 1;
		const near = Math.min(start + MAX_LENGTH, end);
		let hash = 0;
		let i = start;
		for (; i < near; i++) {
			const code = bytes[i]!;
			if (code === QUOTE || code === BACKSLASH) break;
			hash = (Math.imul(hash, 31) + code) | 0;
		}
		if (bytes[i] !== QUOTE) return this.#unusual(bytes, start, end);
		const slot = (hash ^ (hash >>> 12)) & (TEXTS - 1);
		const known = this.#texts[slot];
		if (known !== undefined && isSame(known.bytes, bytes, start, i)) {
			this.text = known.text;
			return i;
		}
		const plain = unescapeJson(bytes.toString('latin1', start, i));
		if (plain === null) return -1;
		const text = this.#make(plain);
		this.text = text;
		this.#texts[slot] = { bytes: Buffer.from(bytes.subarray(start, i)), text };
		return i;
	}

	#unusual(bytes: Buffer, start: number, end: number): number {
		const quote = endOfText(bytes, start, end);
		const text = quote === -1 ? null : unescapeJson(bytes.toString('latin1', start, quote));
		if (text === null) return -1;
		this.text = this.#make(text);
		return quote;
	}
}

const isSame = (known: Buffer, bytes: Buffer, start: number, end: number): boolean => {
	if (known.length !== end - start) return false;
	for (let at = 0; at < known.length; at++) if (known[at] !== bytes[start + at]) return false;
	return true;
};
