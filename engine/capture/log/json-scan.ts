/* Places in a JSON text, `bytes[0, end)`, without making values. -1: it is no JSON. */

export const QUOTE = 34;
export const COMMA = 44;
export const BACKSLASH = 92;
const SPACE = 32;
export const COLON = 58;
export const MINUS = 45;
const OPEN_ARRAY = 91;
const CLOSE_ARRAY = 93;
export const OPEN_OBJECT = 123;
export const CLOSE_OBJECT = 125;

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

/** Most strings end within these; to look for the quote of a longer one natively costs less than its bytes. */
const SHORT_STRING = 40;

/** Where the string whose opening quote is at `at` has its closing one. */
export const endOfString = (bytes: Buffer, at: number, end: number): number => {
	const near = Math.min(at + SHORT_STRING, end);
	for (let i = at + 1; i < near; i++) {
		const code = bytes[i];
		if (code === QUOTE) return i;
		if (code === BACKSLASH) break;
	}
	return endOfText(bytes, at + 1, end);
};

/** Where the string whose text goes on at `from`, behind no backslash, has its closing quote. */
export const endOfText = (bytes: Buffer, from: number, end: number): number => {
	for (let quote = bytes.indexOf(QUOTE, from); quote !== -1 && quote < end; quote = bytes.indexOf(QUOTE, quote + 1)) {
		let before = quote - 1;
		while (before >= from && bytes[before] === BACKSLASH) before--;
		// An even number of backslashes escape one another.
		if ((quote - before) % 2 === 1) return quote;
	}
	return -1;
};

/** Where the number or word that begins at `at` ends. */
export const endOfPlain = (bytes: Buffer, at: number, end: number): number => {
	let i = at;
	for (; i < end; i++) {
		const code = bytes[i]!;
		// The digits, points and minus signs of most are behind the comma.
		if (code <= COMMA ? code === COMMA || code <= SPACE : code === CLOSE_OBJECT) break;
	}
	return i;
};

/** Behind the value that begins at `at`, of which no more is looked at than where it ends. */
export const endOfValue = (bytes: Buffer, at: number, end: number): number => {
	const first = bytes[at];
	if (first === QUOTE) {
		const quote = endOfString(bytes, at, end);
		return quote === -1 ? -1 : quote + 1;
	}
	if (first === OPEN_OBJECT || first === OPEN_ARRAY) return endOfNested(bytes, at, end);
	const i = endOfPlain(bytes, at, end);
	return i === at ? -1 : i;
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
			case OPEN_ARRAY:
			case OPEN_OBJECT:
				depth++;
				break;
			case CLOSE_ARRAY:
			case CLOSE_OBJECT:
				if (--depth === 0) return i + 1;
		}
	}
	return -1;
};
