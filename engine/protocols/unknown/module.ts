import type { ProtocolModule } from '../protocol.ts';
import { UNKNOWN_FIELDS } from './fields.ts';
import { Turns } from './turns.ts';

/** What no other protocol recognises; connections fall back to it, so it looks at no bytes. */
export const unknown: ProtocolModule = {
	name: 'unknown',
	title: 'Unknown',
	doc: 'What no other protocol recognises, behind CONNECT and upgrades too: what the client sends until the server speaks is the request, what the server sends then the answer, over when the client goes on or nothing comes for 200 ms. Datagrams of UDP in packet captures, too: a pair of ends is over when 30 s bring none. `watch` shows it; a query that names other protocols does not take it in.',
	fields: UNKNOWN_FIELDS,
	columns: ['ts', 'side', 'comm', 'remote_ip', 'first_bytes', 'latency', 'req_size', 'resp_size'],
	detect: () => 'no',
	open: (host, requests) => new Turns(host, requests),
};
