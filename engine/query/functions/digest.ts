import { nodeCrypto } from '../../node-modules.ts';
import type { ScalarFunction } from './function.ts';

/** 64 bits: two of a million values fall together once in 30 million times. */
const HEX_DIGITS = 16;

export const HASH: ScalarFunction = {
	name: 'hash',
	doc: 'The beginning of the SHA-256 of the value as a text: equal for equal values, and says nothing else of them',
	parameters: [{ name: 'value', types: [] }],
	result: 'string',
	example: 'hash(user_agent)',
	apply: ([value]) =>
		nodeCrypto()
			.createHash('sha256')
			.update(typeof value === 'object' ? JSON.stringify(value) : String(value))
			.digest('hex')
			.slice(0, HEX_DIGITS),
};
