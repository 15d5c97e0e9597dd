import type { ProtocolModule } from '../protocol.ts';
import { HTTP_FIELDS } from './fields.ts';
import { HttpParser } from './parser.ts';
import { restoreExchange, restoreStart, START_FIELDS, startStatus, startStatusOf } from './restore.ts';
import { detectStart } from './start-line.ts';

export const http: ProtocolModule = {
	name: 'http',
	title: 'HTTP',
	doc: 'A request of HTTP/1.0 or 1.1 and its final answer; bodies are decoded where a query looks into them.',
	fields: HTTP_FIELDS,
	columns: ['ts', 'side', 'comm', 'remote_ip', 'method', 'path', 'status', 'latency', 'req_size', 'resp_size'],
	detect: detectStart,
	restore: restoreExchange,
	restoreStart: { fields: START_FIELDS, make: restoreStart, status: startStatus, statusOf: startStatusOf },
	open: (host, requests, fromStart) => new HttpParser(host, requests, fromStart),
};
