import { formatAddress, parseAddress } from '../../address.ts';
import type { Value } from '../../exchange/field.ts';
import { isDeeper, MAX_JSON_DEPTH } from '../../exchange/json-depth.ts';
import { nameOf, type Type } from '../../exchange/type.ts';
import type { WallClock } from '../../exchange/wall-clock.ts';
import { NS_PER_MS } from '../../nanoseconds.ts';
import { textOf } from './format.ts';
import type { ScalarFunction } from './function.ts';

const VALUE = { name: 'value', types: [] } as const;

const toNumber = (value: Value | undefined): number | null => {
	if (typeof value === 'boolean') return Number(value);
	if (typeof value === 'string' && value.trim() === '') return null;
	const number = typeof value === 'string' || typeof value === 'number' ? Number(value) : Number.NaN;
	return Number.isFinite(number) ? number : null;
};

const NS_PER_S = 1_000_000_000n;

/** Years from the start of the capture a double holds no single ns: what is rounded down would be of the second before. */
const epochNs = (ns: number, clock: WallClock): bigint => {
	const epoch = clock.epochNs(ns);
	return Number.isSafeInteger(Math.round(ns)) ? epoch : ((epoch + 500n) / 1000n) * 1000n;
};

/** A value as a number: a duration in ms, as JSON has it, a time in seconds since the epoch, which JSON has as a text. */
const numberOf = (
	type: Type,
	clock: () => WallClock,
	secondsOf: (epoch: bigint) => number,
): ((value: Value | undefined) => number | null) => {
	const name = nameOf(type);
	if (name !== 'duration' && name !== 'time') return toNumber;
	return (value) => {
		const ns = toNumber(value);
		if (ns === null) return null;
		return name === 'duration' ? ns / NS_PER_MS : secondsOf(epochNs(ns, clock()));
	};
};

const MAX_JSON_LENGTH = 1 << 20;
/** Only in such a text can a whole number stand that is not exact. */
const LONG_NUMBER = /\d{16}/;
/** The texts and numbers of what is known to be JSON. */
const TOKEN = /"(?:[^"\\]+|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const WHOLE = /^-?\d+$/;

/**
 * Whole numbers that a double does not hold become texts: an identifier that differs in its last digit is another one. Not
 * by a reviver, which calls itself for each level.
 */
const quoteLong = (json: string): string =>
	json.replace(TOKEN, (token) => (WHOLE.test(token) && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token));

const parseJson = (text: Value | undefined): Value => {
	if (typeof text !== 'string' || text.length > MAX_JSON_LENGTH) return null;
	try {
		const value = JSON.parse(text);
		// Each level has a bracket at either end.
		if (text.length > 2 * MAX_JSON_DEPTH && isDeeper(value)) return null;
		return LONG_NUMBER.test(text) ? JSON.parse(quoteLong(text)) : value;
	} catch {
		return null;
	}
};

export const CONVERSIONS: readonly ScalarFunction[] = [
	{
		name: 'int',
		doc: 'The value as a whole number, a duration in ms, a time in seconds since 1970; null when it is none, or beyond 9007199254740991',
		example: 'int(req.headers["content-length"])',
		parameters: [VALUE],
		result: 'int',
		converts: true,
		applyTo: ([type = 'any'], clock) => {
			const convert = numberOf(type, clock, (epoch) => Number(epoch / NS_PER_S));
			return ([value]) => {
				const number = convert(value);
				const whole = number === null ? Number.NaN : Math.trunc(number);
				return Number.isSafeInteger(whole) ? whole : null;
			};
		},
	},
	{
		name: 'float',
		doc: 'The value as a number, a duration in ms, a time in seconds since 1970; null when it is none',
		example: 'float(query_params.amount)',
		parameters: [VALUE],
		result: 'float',
		converts: true,
		applyTo: ([type = 'any'], clock) => {
			const convert = numberOf(type, clock, (epoch) => Number(epoch) / Number(NS_PER_S));
			return ([value]) => convert(value);
		},
	},
	{
		name: 'str',
		doc: 'The value as a text, as JSON has it: a duration in ms, a time in RFC 3339',
		example: 'str(status)',
		parameters: [VALUE],
		result: 'string',
		applyTo:
			([type = 'any'], clock) =>
			([value = null]) =>
				textOf(value, type, clock),
	},
	{
		name: 'ip',
		doc: 'The text as an address; null when it is none',
		example: 'ip(req.headers["x-real-ip"])',
		parameters: [{ name: 'text', types: ['string', 'ip'] }],
		result: 'ip',
		converts: true,
		apply: ([value]) => {
			const address = typeof value === 'string' ? parseAddress(value) : null;
			return address === null ? null : formatAddress(address);
		},
	},
	{
		name: 'json',
		doc: 'The text parsed as JSON: json(req.body).user.id; null when it is not JSON, or nested more than 256 deep; a whole number beyond 9007199254740991 is a text, digit by digit, or it would not be exact',
		example: 'json(req.body).user.id',
		parameters: [{ name: 'text', types: ['string'] }],
		result: 'any',
		converts: true,
		apply: ([value]) => parseJson(value),
	},
];
