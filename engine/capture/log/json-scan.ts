/* Places in a JSON text, `bytes[0, end)`, without making values. -1: it is no JSON. */

const QUOTE = 34;
const BACKSLASH = 92;

export const isBlank = (code: number | undefined): boolean => code === 32 || code === 9 || code === 13;

export const skipBlanks = (bytes: Buffer, from: number, end: number): number => {
	let at = from;
	while (at < end && isBlank(bytes[at])) at++;
	return at;
};

export const startsWith = (bytes: Buffer, at: number, literal: Buffer): boolean => {
	for (let i = 0; i < literal.length; i++) if (bytes[at + i] !== literal[i]) return false;
	return true;
};

/** Where the string whose opening quote is at `at` has its closing one. */
export const endOfString = (bytes: Buffer, at: number, end: number): number => {
	for (let quote = bytes.indexOf(QUOTE, at + 1); quote !== -1 && quote < end; quote = bytes.indexOf(QUOTE, quote + 1)) {
		let before = quote - 1;
		while (before > at && bytes[before] === BACKSLASH) before--;
		// An even number of backslashes escape one another.
		if ((quote - before) % 2 === 1) return quote;
	}
	return -1;
};

/** Behind the object or array that begins at `at`. */
export const endOfNested = (bytes: Buffer, at: number, end: number): number => {
	let depth = 0;
	for (let i = at; i < end; i++) {
		switch (bytes[i]) {
			case QUOTE:
				i = endOfString(bytes, i, end);
				if (i === -1) return -1;
				break;
			case 91:
			case 123:
				depth++;
				break;
			case 93:
			case 125:
				if (--depth === 0) return i + 1;
		}
	}
	return -1;
};
