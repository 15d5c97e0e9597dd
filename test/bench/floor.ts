/*
 * The floor: what a program written by hand for exactly one question needs on a recording. It answers
 * `stat count(), p99(latency) by path` and takes every shortcut that a real tool may not: events are in order, heads
 * come whole in one event, nothing is lost, no pipelining, one protocol.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { Data, EventType, Header } from '../../engine/capture/events.ts';

const file = process.argv[2];
const fd = openSync(file, 'r');
const buffer = Buffer.alloc(1 << 20);
const latencies = new Map<string, number[]>();
const started = new Map<number, { at: number; path: string }>();

const ns = (offset: number): number => buffer.readUInt32LE(offset) + buffer.readUInt32LE(offset + 4) * 2 ** 32;

function bits(mask: number): number {
	let count = 0;
	for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
	return count;
}

function data(at: number): void {
	const captured = buffer.readUInt32LE(at + Data.captured);
	if (captured === 0) return;
	const cookie = buffer.readUInt32LE(at + Header.cookie);
	const payload = at + Data.bytes + 8 * bits(buffer.readUInt16LE(at + Data.stageMask));
	const first = buffer[payload];
	if (first === 0x47) {
		const end = buffer.indexOf(' ', payload + 4);
		const mark = buffer.indexOf('?', payload + 4);
		const path = buffer.toString('latin1', payload + 4, mark !== -1 && mark < end ? mark : end);
		started.set(cookie, { at: ns(at + Data.start), path });
	} else if (first === 0x48) {
		const request = started.get(cookie);
		if (request === undefined) return;
		const list = latencies.get(request.path);
		if (list) list.push(ns(at + Header.time) - request.at);
		else latencies.set(request.path, [ns(at + Header.time) - request.at]);
	}
}

let filled = readSync(fd, buffer, 0, buffer.length, null);
let at = 12 + buffer.readUInt32LE(8);
at = (at + 7) & ~7;
for (;;) {
	while (filled - at >= Header.bytes) {
		const size = buffer.readUInt32LE(at);
		if (filled - at < size) break;
		if (buffer[at + Header.type] === EventType.data) data(at);
		at += size;
	}
	buffer.copyWithin(0, at, filled);
	filled -= at;
	at = 0;
	const more = readSync(fd, buffer, filled, buffer.length - filled, null);
	if (more === 0) break;
	filled += more;
}
closeSync(fd);
for (const [path, list] of latencies) {
	list.sort((a, b) => a - b);
	const p99 = list[Math.min(list.length - 1, Math.ceil(0.99 * list.length) - 1)];
	console.log(JSON.stringify({ path, count: list.length, p99_latency: p99 / 1e6 }));
}
