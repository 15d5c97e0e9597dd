import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { openPcaps } from '../../../engine/capture/pcap/source.ts';
import { run } from '../../shell/program.ts';
import { jsonLines } from '../../support/tool.ts';
import { type CapturedPacket, pcap, START } from './files.ts';
import { readSource } from './read.ts';
import { REQUEST, response, Talk } from './talk.ts';

const folder = mkdtempSync(join(tmpdir(), 'ciq-two-ends-'));
after(() => rmSync(folder, { recursive: true }));

const ENDS = join(import.meta.dirname, '../../../examples/ends');
const MS = 1_000_000n;

const write = (name: string, bytes: Uint8Array): string => {
	const path = join(folder, name);
	writeFileSync(path, bytes);
	return path;
};

/** Of the same connections: what is captured at the client, and at the server, whose clock is ahead. */
const captured = (way: bigint, ahead: bigint, clientPort: number): [CapturedPacket[], CapturedPacket[]] => {
	const talks = Array.from({ length: 3 }, (_, n) => {
		const talk = new Talk({ clientPort: clientPort + n, start: START + BigInt(n) * MS }).handshake();
		return talk.send('client', REQUEST).send('server', response('hello')).close().packets;
	});
	const inOrder = (all: CapturedPacket[]) => all.sort((a, b) => Number(a.time - b.time));
	const isToServer = ({ bytes }: CapturedPacket) => Buffer.from(bytes).readUInt16BE(34) !== 80;
	const atServer = talks.flat().map((one) => ({ ...one, time: one.time + ahead + (isToServer(one) ? way : -way) }));
	return [inOrder(talks.flat()), inOrder(atServer)];
};

const noticeOf = async (...files: (readonly CapturedPacket[])[]): Promise<string | null> => {
	const source = await openPcaps(files.map((packets, at) => write(`${at}.pcap`, pcap(packets, { unit: 1 }))));
	await readSource(source, 'bare');
	return source.notice();
};

describe('captures of both ends', () => {
	test('are known as such, whatever their clocks say, and which one is nearer to the clients', async () => {
		for (const ahead of [0n, 3n * MS, -3n * MS, 7000n * MS, -3_600_000n * MS])
			for (const clientPort of [40_000, 20]) {
				const [client, server] = captured(10n * MS, ahead, clientPort);
				for (const [files, near] of [
					[[client, server], 0],
					[[server, client], 1],
				] as const) {
					const notice = (await noticeOf(...files)) ?? '';
					assert.match(notice, /a way of some 20ms there and back/, `${ahead}`);
					assert.match(
						notice,
						new RegExp(`from "[^"]*/${near}\\.pcap" \\| join \\{ from "[^"]*/${1 - near}\\.pcap" \\}`),
					);
				}
			}
	});

	test('also of long connections that one of them has from the middle', async () => {
		const talk = new Talk({ step: 10_000_000n }).handshake();
		for (let n = 0; n < 200; n++) talk.send('client', REQUEST).send('server', response('hello'));
		const isToServer = ({ bytes }: CapturedPacket) => Buffer.from(bytes).readUInt16BE(34) !== 80;
		for (const ahead of [0n, -1000n * MS]) {
			const late = talk.packets.slice(203).map((one) => {
				const way = isToServer(one) ? 4n * MS : -4n * MS;
				return { ...one, time: one.time + way + ahead };
			});
			assert.match((await noticeOf(talk.packets, late)) ?? '', /some 8ms/);
			assert.match((await noticeOf(talk.packets.slice(101), late)) ?? '', /some 8ms/);
		}
	});

	test('of others nothing is said: the same place, one direction each, a rotation, other connections', async () => {
		const [all, near] = captured(20_000n, 0n, 40_000);
		const [, far] = captured(10n * MS, 0n, 40_000);
		assert.equal(await noticeOf(all, near), null);
		const isToServer = ({ bytes }: CapturedPacket) => Buffer.from(bytes).readUInt16BE(34) !== 80;
		assert.equal(await noticeOf(all.filter(isToServer), far), null);
		assert.equal(await noticeOf(all.slice(0, 9), all.slice(9)), null);
		assert.equal(await noticeOf(all, captured(10n * MS, 0n, 50_000)[1]), null);
		const others = all.filter((one) => !isToServer(one));
		assert.equal(await noticeOf(all.filter(isToServer), others), null);
	});
});

/** A capture whose clock is `seconds` ahead, as `editcap -t` makes it. */
const ahead = (path: string, seconds: number): Buffer => {
	const bytes = readFileSync(path);
	for (let at = 24; at < bytes.length; at += 16 + bytes.readUInt32LE(at + 8))
		bytes.writeUInt32LE(bytes.readUInt32LE(at) + seconds, at);
	return bytes;
};

/** Of tcpdump at both ends of a way of 40 ms there and back; the server sleeps for 0, 200 and 50 ms. */
test('real captures: what the notice says to write tells what either end saw, and the network between', () => {
	const client = join(ENDS, 'client.pcap');
	for (const seconds of [0, 2, -7, 3600]) {
		const server = write('server.pcap', ahead(join(ENDS, 'server.pcap'), seconds));
		const both = run(['-e', `from "${client}", "${server}" http | stat count()`]);
		assert.deepEqual(jsonLines(both.stdout), [{ count: 18 }], both.stderr);
		const query = /network: (from .*)/.exec(both.stderr)?.[1] ?? '';
		assert.ok(query.startsWith(`from "${client}" | join`), both.stderr);
		const { stdout, stderr } = run(['-e', query]);
		const rows = jsonLines(stdout) as { latency: number; server: number; network: number }[];
		assert.equal(rows.length, 18, stderr);
		const sleeps = [0, 200, 50].flatMap((ms) => Array(6).fill(ms)).sort((a, b) => a - b);
		for (const [at, { latency, server, network }] of rows.toSorted((a, b) => a.server - b.server).entries()) {
			assert.ok(server >= sleeps[at] && server < sleeps[at] + 30, `${server}`);
			assert.ok(network > 39.9 && network < 70, `${network}`);
			assert.ok(Math.abs(latency - server - network) < 0.001);
		}
	}
});

test('the query of the README', () => {
	const readme = readFileSync(join(ENDS, '../../README.md'), 'utf8');
	const query = /`(from "client\.pcap" .*?)` \| /.exec(readme)?.[1]?.replaceAll('\\|', '|') ?? '';
	const { stdout, stderr } = run(['-e', query], { cwd: ENDS });
	const rows = jsonLines(stdout) as { route: string; count: number; client: number; server: number; network: number }[];
	const near = (value: number) => Math.round(value / 10) * 10;
	assert.deepEqual(
		rows.map(({ route, count, client, server, network }) => [route, count, ...[client, server, network].map(near)]),
		[
			['/fast', 6, 40, 0, 40],
			['/slow', 6, 240, 200, 40],
			['/mid', 6, 90, 50, 40],
		],
		stderr,
	);
	assert.match(stderr, /36 exchanges, nothing lost/);
});
