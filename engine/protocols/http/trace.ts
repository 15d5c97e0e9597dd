import type { HttpMessage } from './message.ts';

/** version "-" trace-id "-" parent-id "-" flags (W3C Trace Context, 3.2); version ff and ids of zeros are invalid. */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}/;

/** trace-id "-" span-id, behind which sampling state and parent may stand: the single header of Zipkin's B3. */
const B3 = /^([0-9a-f]{32}|[0-9a-f]{16})-([0-9a-f]{16})(?:-|$)/i;

/** The ids that traceparent gives to a request, else those of B3 in one header or in several. */
const traced = (request: HttpMessage, part: 1 | 2, b3Name: string): string | null =>
	TRACEPARENT.exec(request.header('traceparent') ?? '')?.[part] ??
	B3.exec(request.header('b3') ?? '')?.[part] ??
	request.header(b3Name);

export const traceId = (request: HttpMessage): string | null => traced(request, 1, 'x-b3-traceid');
export const spanId = (request: HttpMessage): string | null => traced(request, 2, 'x-b3-spanid');

const REQUEST_ID = ['x-request-id', 'request-id', 'x-correlation-id'] as const;

/** The id that the request brings, else the one that the response gives it. */
export const requestId = (request: HttpMessage, response: HttpMessage | null): string | null => {
	for (const message of [request, response]) {
		for (const name of REQUEST_ID) {
			const value = message?.header(name);
			if (value) return value;
		}
	}
	return null;
};
