/* Places in a JSON text of one character a byte, `text[0, end)`, without making values. -1: it is no JSON. */

const QUOTE = 34;
const BACKSLASH = 92;

export const isBlank = (code: number): boolean => code === 32 || code === 9 || code === 13;

export const skipBlanks = (text: string, from: number, end: number): number => {
	let at = from;
	while (at < end && isBlank(text.charCodeAt(at))) at++;
	return at;
};

/** Where the string whose opening quote is at `at` has its closing one. */
export const endOfString = (text: string, at: number, end: number): number => {
	for (let quote = text.indexOf('"', at + 1); quote !== -1 && quote < end; quote = text.indexOf('"', quote + 1)) {
		let before = quote - 1;
		while (before > at && text.charCodeAt(before) === BACKSLASH) before--;
		// An even number of backslashes escape one another.
		if ((quote - before) % 2 === 1) return quote;
	}
	return -1;
};

/** Behind the object or array that begins at `at`. */
const endOfNested = (text: string, at: number, end: number): number => {
	let depth = 0;
	for (let i = at; i < end; i++) {
		switch (text.charCodeAt(i)) {
			case QUOTE:
				i = endOfString(text, i, end);
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
export const endOfValue = (text: string, at: number, end: number): number => {
	const first = text.charCodeAt(at);
	if (first === QUOTE) {
		const quote = endOfString(text, at, end);
		return quote === -1 ? -1 : quote + 1;
	}
	if (first === 91 || first === 123) return endOfNested(text, at, end);
	let i = at;
	for (; i < end; i++) {
		const code = text.charCodeAt(i);
		if (code === 44 || code === 125 || code === 93 || isBlank(code)) break;
	}
	return i === at ? -1 : i;
};
