import type { Field, TypeName, Value } from '../../exchange/field.ts';
import { ANOMALY_NAMES, anomalyNames } from './anomalies.ts';
import { HttpExchange } from './exchange.ts';
import { parseTarget, pathOf, queryParams, routeOf } from './target.ts';

const REQUEST_ID = ['x-request-id', 'request-id', 'x-correlation-id'] as const;

/** version "-" trace-id "-" parent-id "-" flags (W3C Trace Context, 3.2). */
const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}/;

const field = (
	name: string,
	type: TypeName,
	doc: string,
	get: (exchange: HttpExchange) => Value,
	aliases?: readonly string[],
): Field => ({
	name,
	type,
	doc,
	need: 'head',
	...(aliases && { aliases }),
	get: (exchange) => (exchange instanceof HttpExchange ? get(exchange) : null),
});

const host = ({ request }: HttpExchange): string | null =>
	parseTarget(request.start.target).authority ?? request.header('host');

const scheme = ({ request }: HttpExchange): string => parseTarget(request.start.target).scheme ?? 'http';

const url = (exchange: HttpExchange): string => {
	const { target } = exchange.request.start;
	const authority = host(exchange);
	return authority === null || !target.startsWith('/') ? target : `${scheme(exchange)}://${authority}${target}`;
};

const queryOf = ({ request }: HttpExchange): Value => {
	const { query } = parseTarget(request.start.target);
	return query === null ? null : queryParams(query);
};

const requestId = ({ request, response }: HttpExchange): string | null => {
	for (const message of [request, response]) {
		for (const name of REQUEST_ID) {
			const value = message?.header(name);
			if (value) return value;
		}
	}
	return null;
};

/** Of a W3C traceparent: 1 the trace, 2 the span; else of Zipkin's B3 headers. */
const trace = ({ request }: HttpExchange, part: 1 | 2): string | null => {
	const w3c = TRACEPARENT.exec(request.header('traceparent') ?? '');
	return w3c?.[part] ?? request.header(part === 1 ? 'x-b3-traceid' : 'x-b3-spanid');
};

const anomalies = ({ request, response }: HttpExchange): Value => {
	const bits = request.start.anomalies | (response?.start.anomalies ?? 0);
	return bits === 0 ? null : anomalyNames(bits);
};

/** The fields of HTTP (RFC 9110, 9112). */
export const HTTP_FIELDS: readonly Field[] = [
	field('method', 'string', 'Request method', (e) => e.request.start.method),
	field('path', 'string', 'Path of the request target, without the query string', (e) =>
		pathOf(e.request.start.target),
	),
	field('route', 'string', 'The path with digits, UUIDs and hashes turned into `:id`', (e) =>
		routeOf(pathOf(e.request.start.target)),
	),
	field('url', 'string', 'Scheme, host and request target', url),
	field('scheme', 'string', 'Scheme of the request', scheme),
	field('query_params', 'map', 'Query parameters; of a repeated one the first', queryOf),
	field('host', 'string', 'Host asked for, with its port when one is written', host),
	field('version', 'string', 'HTTP version of the request: "1.0" or "1.1"', (e) => e.request.start.version),
	field('status', 'int', 'Status code of the response', (e) => e.status, ['status_code']),
	field('reason', 'string', 'Reason phrase of the response', (e) => e.response?.start.reason ?? null),
	field('content_type', 'string', 'Media type of the response', (e) => e.response?.header('content-type') ?? null),
	field(
		'content_length',
		'size',
		'Content-Length that the response declares',
		(e) => e.response?.start.contentLength ?? null,
	),
	field('user_agent', 'string', 'User agent of the request', (e) => e.request.header('user-agent')),
	field('request_id', 'string', 'X-Request-Id or its like, of the request, else of the response', requestId),
	field('trace_id', 'string', 'Trace of traceparent or B3', (e) => trace(e, 1)),
	field('span_id', 'string', 'Span of traceparent or B3', (e) => trace(e, 2)),
	field('anomalies', 'list', `Odd framing that parsers disagree about: ${ANOMALY_NAMES.join(', ')}`, anomalies),
];
