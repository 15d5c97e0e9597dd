import type { Value } from '../../exchange/field.ts';
import { mapOf } from '../../exchange/type.ts';
import type { ScalarFunction } from './function.ts';

/** Longer texts are no addresses of anything: browsers and servers stop at a fraction of it. */
const MAX_URL_LENGTH = 65_536;

const parseUrl = (text: Value | undefined): Value => {
	const url = typeof text === 'string' && text.length <= MAX_URL_LENGTH ? URL.parse(text) : null;
	if (url === null) return null;
	return {
		scheme: url.protocol.slice(0, -1),
		host: url.hostname,
		port: url.port === '' ? null : Number(url.port),
		path: url.pathname,
		query: url.search === '' ? null : url.search.slice(1),
		fragment: url.hash === '' ? null : url.hash.slice(1),
	};
};

/** Of a repeated parameter the first counts. What stands behind a `#` is none (RFC 3986 section 3.4). */
const parseQuery = (text: Value | undefined): Value => {
	if (typeof text !== 'string' || text.length > MAX_URL_LENGTH) return null;
	const [beforeFragment = ''] = text.split('#', 1);
	// One question mark that it begins with is not taken for part of the first name.
	const pairs = [...new URLSearchParams(beforeFragment.slice(Math.max(beforeFragment.indexOf('?'), 0)))];
	return Object.fromEntries(pairs.reverse());
};

export const URL_FUNCTIONS: readonly ScalarFunction[] = [
	{
		name: 'parse_url',
		doc: 'The parts of a URL: scheme, host, port, path, query, fragment; null when it is none, and so the port where it is the usual one of the scheme',
		example: 'parse_url(req.headers.referer).host',
		parameters: [{ name: 'text', types: ['string'] }],
		result: 'map',
		converts: true,
		apply: ([text]) => parseUrl(text),
	},
	{
		name: 'parse_query',
		doc: 'The parameters of a query string, or of what stands behind the `?` of a URL',
		example: 'parse_query(url).page',
		parameters: [{ name: 'text', types: ['string'] }],
		result: mapOf('string'),
		converts: true,
		apply: ([text]) => parseQuery(text),
	},
];
