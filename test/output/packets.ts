import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { type CapturedPacket, pcap } from '../capture/pcap/files.ts';
import { run } from '../shell/program.ts';

export const SHOP = join(import.meta.dirname, '../../examples/shop.ciqrec');
export const folder = mkdtempSync(join(tmpdir(), 'ciq-pcapng-'));
after(() => rmSync(folder, { recursive: true }));

/** For tests that compare with tshark. */
export const skip = spawnSync('tshark', ['-v']).status === 0 ? false : 'tshark is not installed';

let written = 0;
/** What a query writes as packets. */
export const packetsOf = (query: string, from: string): string => {
	const path = join(folder, `${written++}.pcapng`);
	const end = run(['-e', `${query} | to pcapng "${path}"`, '--from', from]);
	assert.equal(end.status, 0, end.stderr);
	return path;
};

/** What a query gives, in no order. */
export const rowsOf = (from: string, query: string): string[] => {
	const end = run(['-e', query, '--from', from, '--format', 'json'], { maxBuffer: 64 << 20 });
	assert.equal(end.status, 0, end.stderr);
	return end.stdout.trim().split('\n').sort();
};

/** A packet capture of these packets. */
export const capture = (packets: readonly CapturedPacket[]): string => {
	const path = join(folder, `${written++}.pcap`);
	writeFileSync(path, pcap(packets, { unit: 1 }));
	return path;
};

export const tshark = (path: string, ...args: string[]): string[] => {
	const { stdout, status, stderr } = spawnSync('tshark', ['-r', path, ...args], {
		encoding: 'utf8',
		maxBuffer: 64 << 20,
	});
	assert.equal(status, 0, stderr);
	return stdout.trim().split('\n');
};
