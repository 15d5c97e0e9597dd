import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileSource } from '../../../engine/capture/file-source.ts';
import { openFiles } from '../../../engine/capture/open-files.ts';
import type { Source } from '../../../engine/capture/source.ts';
import { type Completeness, newCompleteness } from '../../../engine/completeness.ts';
import type { Exchange } from '../../../engine/exchange/exchange.ts';

export interface ReadLog {
	readonly rows: readonly Exchange[];
	/** How many were told of by their number alone. */
	readonly quick: number;
	readonly completeness: Completeness;
	readonly error: Error | null;
	readonly source: Source;
}

/** Reads logs to their end; `fields`: what a query would read of each exchange, `this` for all. */
export const readLogs = async (
	contents: readonly (string | Uint8Array)[],
	fields: readonly string[] = ['this'],
	startWall?: bigint,
	leastLatency = 0,
): Promise<ReadLog> => {
	const folder = mkdtempSync(join(tmpdir(), 'ciq-log-'));
	try {
		const paths = contents.map((content, at) => {
			const path = join(folder, `${at}.ndjson`);
			writeFileSync(path, content);
			return path;
		});
		const source = await openFiles(fileSource(paths, []));
		const rows: Exchange[] = [];
		let quick = 0;
		const completeness = newCompleteness();
		const request = {
			startWall: startWall ?? source.info.startWall,
			demand: { ...source.info.demand, fields, leastLatency },
			onRows: (batch: readonly Exchange[]) => void rows.push(...batch),
			onQuick: (count: number) => {
				quick += count;
			},
			onTime: () => {},
		};
		const error = await new Promise<Error | null>((resolve) => source.startExchanges?.(request, resolve));
		source.countMissing?.(completeness);
		return { rows, quick, completeness, error, source };
	} finally {
		rmSync(folder, { recursive: true });
	}
};

/** An exchange as kyanos writes it. */
export const KYANOS = {
	start_time: '2024-01-01T12:00:00.123456789Z',
	end_time: '2024-01-01T12:00:00.234567890Z',
	protocol: 'HTTP',
	side: 'client',
	local_addr: '127.0.0.1',
	local_port: 54321,
	remote_addr: '192.168.1.1',
	remote_port: 80,
	pid: 12345,
	is_ssl: false,
	total_duration_ms: 111.111101,
	black_box_duration_ms: 50.50505,
	read_socket_duration_ms: 30.30303,
	copy_to_socket_buffer_duration_ms: 20.20202,
	req_size_bytes: 256,
	resp_size_bytes: 1024,
	req_plain_text_size_bytes: 200,
	resp_plain_text_size_bytes: 1000,
	request: 'GET /api/v1/users?a=1 HTTP/1.1\r\nHost: example.com\r\nX-Request-Id: r1\r\n\r\n',
	response: 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{"status":"success"}',
	req_syscall_events: [{ timestamp: 1 }],
	resp_syscall_events: [],
	req_nic_events: [],
	resp_nic_events: [],
};

export const line = (document: object): string => `${JSON.stringify(document)}\n`;
