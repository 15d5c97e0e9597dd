const WORD_BYTES = 8;

/**
 * Bytes that are looked for at known places, compared eight at a time as doubles: one by one it would take most of the time
 * that a line takes. Doubles that are equal are the same bytes but for 0 and -0, of which JSON has neither.
 */
export class FixedText {
	readonly length: number;
	/** The last of them its last eight bytes; none where it is shorter. */
	readonly #words: Float64Array;
	readonly #bytes: Uint8Array;

	constructor(bytes: Uint8Array) {
		const { buffer, byteOffset, length } = bytes;
		const view = new DataView(buffer, byteOffset, length);
		const words = length < WORD_BYTES ? 0 : Math.ceil(length / WORD_BYTES);
		this.length = length;
		this.#words = Float64Array.from({ length: words }, (_, word) =>
			view.getFloat64(Math.min(word * WORD_BYTES, length - WORD_BYTES), true),
		);
		this.#bytes = Uint8Array.from(bytes);
	}

	/** Whether it stands at `at`, in front of `end`. */
	isAt(view: DataView, at: number, end: number): boolean {
		if (at + this.length > end) return false;
		const words = this.#words;
		const last = words.length - 1;
		if (last < 0) return this.#isShortAt(view, at);
		for (let word = 0; word < last; word++)
			if (view.getFloat64(at + word * WORD_BYTES, true) !== words[word]) return false;
		return view.getFloat64(at + this.length - WORD_BYTES, true) === words[last];
	}

	#isShortAt(view: DataView, at: number): boolean {
		return this.#bytes.every((byte, index) => view.getUint8(at + index) === byte);
	}
}
