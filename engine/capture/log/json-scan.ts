/* Places in a JSON text, `bytes[0, end)`, without making values. -1: it is no JSON. */

const QUOTE = 34;
const BACKSLASH = 92;
/** Most strings end within these; to look for the quote of a longer one natively costs less than its bytes. */
const SHORT_STRING = 40;

export const isBlank = (code: number | undefined): boolean => code === 32 || code === 9 || code === 13;

export const skipBlanks = (bytes: Buffer, from: number, end: number): number => {
	let at = from;
	while (at < end && isBlank(bytes[at])) at++;
	return at;
};

/** Names and words are short: to compare them natively would cost more. */
export const startsWith = (bytes: Buffer, at: number, literal: Buffer): boolean => {
	for (let i = 0; i < literal.length; i++) if (bytes[at + i] !== literal[i]) return false;
	return true;
};

/** Where the string whose opening quote is at `at` has its closing one. */
export const endOfString = (bytes: Buffer, at: number, end: number): number => {
	const near = Math.min(at + SHORT_STRING, end);
	let i = at + 1;
	for (; i < near; i++) {
		const code = bytes[i];
		if (code === QUOTE) return i;
		if (code === BACKSLASH) break;
	}
	for (let quote = bytes.indexOf(QUOTE, i); quote !== -1 && quote < end; quote = bytes.indexOf(QUOTE, quote + 1)) {
		let before = quote - 1;
		while (before > at && bytes[before] === BACKSLASH) before--;
		// An even number of backslashes escape one another.
		if ((quote - before) % 2 === 1) return quote;
	}
	return -1;
};

/** Behind the object or array that begins at `at`. */
const endOfNested = (bytes: Buffer, at: number, end: number): number => {
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

/** Behind the value that begins at `at`. */
export const endOfValue = (bytes: Buffer, at: number, end: number): number => {
	const first = bytes[at];
	if (first === QUOTE) {
		const quote = endOfString(bytes, at, end);
		return quote === -1 ? -1 : quote + 1;
	}
	if (first === 91 || first === 123) return endOfNested(bytes, at, end);
	let i = at;
	for (; i < end; i++) {
		const code = bytes[i];
		if (code === 44 || code === 125 || code === 93 || isBlank(code)) break;
	}
	return i === at ? -1 : i;
};
