import type { Value } from '../../engine/exchange/field.ts';
import type { Column, Row, Schema } from '../../engine/query/signal.ts';
import { exchange } from './exchange.ts';

/** A closed schema over rows that are arrays. */
export const columns = (...of: readonly (readonly [name: string, type: Column['type']])[]): Column[] =>
	of.map(([name, type], i) => ({ name, type, get: (row: Row) => (row as readonly Value[])[i] }));

/** What `stat by remote_ip slow 5s` yields. */
export const SLOW_SCHEMA: Schema = {
	exchanges: false,
	columns: columns(
		['window_start', 'time'],
		['window_end', 'time'],
		['remote_ip', 'ip'],
		['count', 'int'],
		['errors', 'int'],
		['avg_latency', 'duration'],
		['p50_latency', 'duration'],
		['p90_latency', 'duration'],
		['p99_latency', 'duration'],
		['max_latency', 'duration'],
		['worst', 'record'],
	),
};

const worst = (path: string, status: string, took: number): Value =>
	exchange({
		request: `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`,
		response: `HTTP/1.1 ${status}\r\nContent-Length: 0\r\n\r\n`,
		took,
	});

export const WINDOW = { start: 0, end: 5e9 };

export const SLOW_ROWS: readonly Row[] = [
	[
		0,
		5e9,
		'127.0.0.3',
		12,
		0,
		611.2e6,
		301.4e6,
		3.002e9,
		6.0011e9,
		6.0011e9,
		worst('/api/report?year=2025', '200 OK', 6.0011e9),
	],
	[0, 5e9, '10.20.30.40', 1840, 3, 1.234e6, 0.98e6, 2.1e6, 11.9e6, 300.9e6, worst('/api/pay', '500 No', 300.9e6)],
	[0, 5e9, '2001:db8::7', 1, 0, 850_000, 850_000, 850_000, 850_000, 850_000, worst('/a\x1b[2J', '404 X', 850_000)],
	[0, 5e9, null, 2, 0, null, null, null, null, null, null],
];
