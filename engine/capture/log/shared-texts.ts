import { unescapeJson } from '../../exchange/logged/json-text.ts';

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
	readonly #texts = new Array<SharedText | undefined>(TEXTS).fill(undefined);

	/** The text of a JSON string whose bytes between the quotes are `bytes[start, end)`; null when it is none. */
	get(bytes: Buffer, start: number, end: number): string | null {
		if (end - start > MAX_LENGTH) return unescapeJson(bytes.toString('latin1', start, end));
		let hash = 0;
		for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + bytes[at]!) | 0;
		const slot = (hash ^ (hash >>> 12)) & (TEXTS - 1);
		const known = this.#texts[slot];
		if (known !== undefined && isSame(known.bytes, bytes, start, end)) return known.text;
		const text = unescapeJson(bytes.toString('latin1', start, end));
		if (text !== null) this.#texts[slot] = { bytes: Buffer.from(bytes.subarray(start, end)), text };
		return text;
	}
}

const isSame = (known: Buffer, bytes: Buffer, start: number, end: number): boolean => {
	if (known.length !== end - start) return false;
	for (let at = 0; at < known.length; at++) if (known[at] !== bytes[start + at]) return false;
	return true;
};
