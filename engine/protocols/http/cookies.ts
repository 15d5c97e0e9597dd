import type { ValueMap } from '../../exchange/field.ts';
import { textOfLatin1 } from '../../exchange/text.ts';
import type { HttpMessage } from './message.ts';

/** `name=value` pairs (RFC 6265, 4.1.1, 4.2.1) as a map, values as sent; of a repeated name the first. */
const pairsOf = (pairs: readonly string[]): ValueMap => {
	// Without a prototype: a cookie called __proto__ is a cookie.
	const cookies: Record<string, string> = Object.create(null);
	for (const pair of pairs) {
		const equals = pair.indexOf('=');
		const name = pair.slice(0, Math.max(equals, 0)).trim();
		if (name !== '' && !(name in cookies)) cookies[name] = pair.slice(equals + 1).trim();
	}
	return cookies;
};

/** The cookies that a request brings; null when it brings none. */
export const requestCookies = (message: HttpMessage): ValueMap | null => {
	const value = message.header('cookie');
	return value === null ? null : pairsOf(value.split(';'));
};

/** Up to the attributes; a line that begins with white space continues the one before it (RFC 9112, 5.2). */
const SET_COOKIE = /^set-cookie[ \t]*:([^;\r\n]*(?:\r?\n[ \t][^;\r\n]*)*)/gim;
const FOLD = /\r?\n[ \t]+/g;

/**
 * The cookies that a response sets, without their attributes; null when it sets none. Read from the head itself: these
 * fields cannot be joined by commas as others are (RFC 9110, 5.3).
 */
export const setCookies = (message: HttpMessage): ValueMap | null => {
	if (message.header('set-cookie') === null) return null;
	return pairsOf(
		Array.from(message.start.text.matchAll(SET_COOKIE), ([, pair = '']) => textOfLatin1(pair.replace(FOLD, ' '))),
	);
};
