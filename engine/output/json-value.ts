import { isExchange } from '../exchange/exchange.ts';
import type { Value, ValueMap } from '../exchange/field.ts';
import { partType, type Type } from '../exchange/type.ts';
import type { WallClock } from '../exchange/wall-clock.ts';
import { NS_PER_MS } from '../nanoseconds.ts';
import { exchangeDocument } from './document.ts';

/** What JSON.stringify writes. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** What a value prints as: durations in ms, sizes in bytes, times in RFC 3339, also in lists; whole exchanges as the JSON document. */
export function jsonValue(value: Value, type: Type, clock: WallClock): Json {
	if (value === null) return null;
	if (typeof value === 'number') {
		if (!Number.isFinite(value)) return null;
		// Whole nanoseconds: what an average has beyond them is noise.
		if (type === 'duration') return Math.round(value) / NS_PER_MS;
		return type === 'time' ? clock.rfc3339(value) : value;
	}
	if (typeof value !== 'object') return value;
	if (Array.isArray(value)) return value.map((item: Value, at) => jsonValue(item, partType(type, at), clock));
	if (isExchange(value)) return exchangeDocument(value, clock);
	return Object.fromEntries(
		Object.entries(value as ValueMap).map(([name, item]) => [name, jsonValue(item, partType(type, name), clock)]),
	);
}

/**
 * `value`, whose numbers are finite, as JSON.stringify writes it. Most are numbers or null, and its set-up costs more than
 * they do.
 */
export const jsonText = (value: Json): string =>
	value === null || typeof value === 'boolean' || typeof value === 'number' ? `${value}` : JSON.stringify(value);
