import { lookupField } from '../exchange/catalog.ts';
import type { Exchange } from '../exchange/exchange.ts';
import type { Value } from '../exchange/field.ts';
import type { WallClock } from '../exchange/wall-clock.ts';
import { nodeCrypto } from '../node-modules.ts';
import type { Row } from '../query/signal.ts';
import type { Json } from './json-value.ts';
import { attributesOf, SCOPE } from './otlp-attributes.ts';

/** SpanKind and StatusCode of opentelemetry/proto/trace/v1/trace.proto. */
const KIND = { server: 2, client: 3 } as const;
const STATUS_ERROR = 2;

const field = (exchange: Exchange, name: string): Value => {
	const found = lookupField(name, [exchange.protocol]);
	return found?.kind === 'field' ? found.field.get(exchange) : null;
};

const hash = (text: string, digits: number): string =>
	nodeCrypto().createHash('sha256').update(text).digest('hex').slice(0, digits);

/** An id of that many hexadecimal digits as it came, or null: headers may hold anything. */
function idOf(value: Value, digits: number): string | null {
	if (typeof value !== 'string' || !/^[0-9a-f]+$/i.test(value) || value.length > digits) return null;
	return value.toLowerCase().padStart(digits, '0');
}

/**
 * A span. It belongs to the trace that the request names, as a child of the span that sent it; else both ends of an
 * exchange are a trace of their own.
 */
function spanOf(exchange: Exchange, clock: WallClock): Json {
	const id = String(field(exchange, 'id'));
	const side = exchange.endpoint.side ?? 'server';
	const parent = idOf(field(exchange, 'span_id'), 16);
	const method = field(exchange, 'method');
	const route = field(exchange, 'route');
	return {
		traceId: idOf(field(exchange, 'trace_id'), 32) ?? hash(id, 32),
		spanId: hash(`${id} ${side}`, 16),
		...(parent !== null && { parentSpanId: parent }),
		name: method === null ? exchange.protocol : `${method} ${route ?? ''}`.trimEnd(),
		kind: KIND[side],
		startTimeUnixNano: String(clock.epochNs(exchange.startTime)),
		endTimeUnixNano: String(clock.epochNs(exchange.endTime)),
		attributes: attributesOf({
			'network.protocol.name': exchange.protocol,
			'http.request.method': method,
			'url.path': field(exchange, 'path'),
			'http.route': route,
			'http.response.status_code': exchange.status ?? null,
			'user_agent.original': field(exchange, 'user_agent'),
			'client.address': field(exchange, 'client_ip'),
			'client.port': field(exchange, 'client_port'),
			'server.address': field(exchange, 'server_ip'),
			'server.port': field(exchange, 'server_port'),
			'process.pid': field(exchange, 'pid'),
			'claudeinsight.outcome': exchange.outcome,
			'claudeinsight.request.size': field(exchange, 'req_size'),
			'claudeinsight.response.size': field(exchange, 'resp_size'),
		}),
		status:
			field(exchange, 'failed') === true ? { code: STATUS_ERROR, message: String(field(exchange, 'error') ?? '') } : {},
	};
}

/** Whole exchanges as TracesData: a resource for each process that was observed. */
export function otlpSpans(rows: readonly Row[], clock: WallClock): Json {
	const exchanges = rows as readonly Exchange[];
	const byProcess = Map.groupBy(exchanges, (exchange) => String(field(exchange, 'comm') ?? 'unknown'));
	return {
		resourceSpans: [...byProcess].map(([name, own]) => ({
			resource: { attributes: attributesOf({ 'service.name': name, 'process.executable.path': field(own[0], 'exe') }) },
			scopeSpans: [{ scope: SCOPE, spans: own.map((exchange) => spanOf(exchange, clock)) }],
		})),
	};
}
