import type { Field, Value } from '../../exchange/field.ts';
import { listOf, mapOf, type Type } from '../../exchange/type.ts';
import { ANOMALY_NAMES, anomalyNames } from './anomalies.ts';
import { BODY_FIELDS } from './body-fields.ts';
import { requestCookies, setCookies } from './cookies.ts';
import type { HttpExchange } from './exchange.ts';
import { httpField } from './field.ts';
import { parseTarget, pathOf, queryParams, routeOf } from './target.ts';
import { requestId, spanId, traceId } from './trace.ts';

const field = (
	name: string,
	type: Type,
	doc: string,
	get: (exchange: HttpExchange) => Value,
	aliases?: readonly string[],
): Field => httpField('head', name, type, doc, get, aliases);

const host = ({ request }: HttpExchange): string | null =>
	parseTarget(request.start.target).authority ?? request.header('host');

const scheme = ({ request }: HttpExchange): string => parseTarget(request.start.target).scheme ?? 'http';

const url = (exchange: HttpExchange): string => {
	const { target } = exchange.request.start;
	const authority = host(exchange);
	// RFC 9112, 3.3: that of the server as a whole, `*`, stands for no path.
	const path = target === '*' ? '' : target;
	return authority === null || !/^(?:\/|$)/.test(path) ? target : `${scheme(exchange)}://${authority}${path}`;
};

const queryOf = ({ request }: HttpExchange): Value => {
	const { query } = parseTarget(request.start.target);
	return query === null ? null : queryParams(query);
};

const anomalies = ({ request, response }: HttpExchange): Value => {
	const bits = request.start.anomalies | (response?.start.anomalies ?? 0);
	return bits === 0 ? null : anomalyNames(bits);
};

/** The fields of HTTP (RFC 9110, 9112). */
export const HTTP_FIELDS: readonly Field[] = [
	field('method', 'string', 'Request method', (e) => e.request.start.method),
	field(
		'path',
		'string',
		'Path of the request target, without the query string; with `…` where the capture has no more of it',
		(e) => pathOf(e.request.start.target),
	),
	field('route', 'string', 'The path with digits, UUIDs and hashes turned into `:id`', (e) =>
		routeOf(pathOf(e.request.start.target)),
	),
	field('url', 'string', 'Scheme, host and request target', url),
	field('scheme', 'string', 'Scheme of the request', scheme),
	field('query_params', mapOf('string'), 'Query parameters; of a repeated one the first', queryOf),
	field('host', 'string', 'Host asked for, with its port when one is written', host),
	field(
		'version',
		'string',
		'HTTP version of the request: "1.0", "1.1", or what else it says',
		(e) => e.request.start.version || null,
	),
	field('status', 'int', 'Status code of the response', (e) => e.status, ['status_code']),
	field(
		'reason',
		'string',
		'Reason phrase of the response; null where it may go on',
		(e) => e.response?.start.reason ?? null,
	),
	field('content_type', 'string', 'Media type of the response', (e) => e.response?.header('content-type') ?? null),
	field(
		'content_encoding',
		'string',
		'Content codings of the response; its text and body are shown without them',
		(e) => e.response?.header('content-encoding') ?? null,
	),
	field(
		'content_length',
		'size',
		'Content-Length that the response declares',
		(e) => e.response?.start.contentLength ?? null,
	),
	field('user_agent', 'string', 'User agent of the request', (e) => e.request.header('user-agent')),
	field('cookies', mapOf('string'), 'Cookies that the request brings, values as sent', (e) =>
		requestCookies(e.request),
	),
	field('set_cookies', mapOf('string'), 'Cookies that the response sets, without their attributes', (e) =>
		e.response === null ? null : setCookies(e.response),
	),
	field('request_id', 'string', 'X-Request-Id or its like, of the request, else of the response', (e) =>
		requestId(e.request, e.response),
	),
	field('trace_id', 'string', 'Trace of traceparent or B3', (e) => traceId(e.request)),
	field('span_id', 'string', 'Span of traceparent or B3', (e) => spanId(e.request)),
	field(
		'anomalies',
		listOf('string'),
		`Odd framing that parsers disagree about: ${ANOMALY_NAMES.join(', ')}`,
		anomalies,
	),
	...BODY_FIELDS,
];
