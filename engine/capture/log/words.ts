/* Bytes compared four at a time: a loop over them would take most of the time that a line takes. */

const WORD_BYTES = 4;

/** The words of a text, the last of them its last four bytes; none where it is shorter, which no place has. */
export const wordsOf = (bytes: Buffer): Int32Array => {
	const count = bytes.length < WORD_BYTES ? 0 : Math.ceil(bytes.length / WORD_BYTES);
	return Int32Array.from({ length: count }, (_, word) =>
		bytes.readInt32LE(Math.min(word * WORD_BYTES, bytes.length - WORD_BYTES)),
	);
};

/** Whether the text of `length` bytes that these are the words of stands at `at`. */
export const hasWords = (view: DataView, at: number, words: Int32Array, length: number): boolean => {
	const last = words.length - 1;
	if (last < 0 || at + length > view.byteLength) return false;
	for (let word = 0; word < last; word++) if (view.getInt32(at + word * WORD_BYTES, true) !== words[word]) return false;
	return view.getInt32(at + length - WORD_BYTES, true) === words[last];
};
