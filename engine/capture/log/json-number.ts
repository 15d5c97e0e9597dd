/** Of so many digits a number and the power of ten that it is divided by are exact, and with them the quotient. */
const EXACT_DIGITS = 15;
/** A table: raising to a power costs more than all of the digits. */
const POWERS_OF_TEN = Array.from({ length: EXACT_DIGITS + 1 }, (_, exponent) => 10 ** exponent);

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** The number that `bytes[start, end)` are in JSON, as JSON.parse gives it; NaN when they are none. */
export const numberOf = (bytes: Buffer, start: number, end: number): number => {
	let at = start;
	const negative = bytes[at] === 45;
	if (negative) at++;
	const first = at;
	let value = 0;
	let point = -1;
	for (; at < end; at++) {
		const digit = bytes[at]! - 48;
		if (digit >= 0 && digit <= 9) value = value * 10 + digit;
		else if (digit === -2 && point === -1 && at > first) point = at;
		else return written(bytes, start, end);
	}
	const decimals = point === -1 ? 0 : end - point - 1;
	const integerEnd = point === -1 ? end : point;
	const isPlain =
		end - first <= EXACT_DIGITS &&
		integerEnd > first &&
		(bytes[first] !== 48 || integerEnd === first + 1) &&
		(point === -1 || decimals > 0);
	if (!isPlain) return written(bytes, start, end);
	if (decimals > 0) value /= POWERS_OF_TEN[decimals]!;
	return negative ? -value : value;
};

const written = (bytes: Buffer, start: number, end: number): number => {
	const text = bytes.toString('latin1', start, end);
	const value = NUMBER.test(text) ? Number(text) : Number.NaN;
	return Number.isFinite(value) ? value : Number.NaN;
};
