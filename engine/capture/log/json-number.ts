import { endOfPlain, MINUS } from './json-scan.ts';

/** Of so many digits a number and the power of ten that it is divided by are exact, and with them the quotient. */
const EXACT_DIGITS = 15;
/** A table: raising to a power costs more than all of the digits. */
const POWERS_OF_TEN = Array.from({ length: EXACT_DIGITS + 1 }, (_, exponent) => 10 ** exponent);

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

const ZERO = 48;

/** Reads numbers as JSON.parse does. */
export class JsonNumber {
	/** Null before: a field that begins with a number keeps all of them as doubles, and V8 boxes each that is read of it. */
	value: number | null = null;

	/** Reads the one that begins at `start`; gives where it ends, -1 when it is none. */
	read(bytes: Buffer, start: number, end: number): number {
		const isNegative = bytes[start] === MINUS;
		const first = isNegative ? start + 1 : start;
		let at = first;
		let value = 0;
		let point = -1;
		for (; at < end; at++) {
			const digit = bytes[at]! - ZERO;
			if (digit >= 0 && digit <= 9) value = value * 10 + digit;
			else if (digit === -2 && point === -1) point = at;
			else break;
		}
		const integerEnd = point === -1 ? at : point;
		const decimals = at - integerEnd - 1;
		const isPlain =
			at - first <= EXACT_DIGITS &&
			integerEnd > first &&
			(bytes[first] !== ZERO || integerEnd === first + 1) &&
			decimals !== 0 &&
			endOfPlain(bytes, at, end) === at;
		if (!isPlain) return this.#written(bytes, start, end);
		if (decimals > 0) value /= POWERS_OF_TEN[decimals]!;
		this.value = isNegative ? -value : value;
		return at;
	}

	#written(bytes: Buffer, start: number, lineEnd: number): number {
		const end = endOfPlain(bytes, start, lineEnd);
		const text = bytes.toString('latin1', start, end);
		const value = NUMBER.test(text) ? Number(text) : Number.NaN;
		this.value = value;
		return Number.isFinite(value) ? end : -1;
	}
}
