import { closeSync, openSync, writeSync } from 'node:fs';
import { type TalkSegment, talk } from './http-talk.ts';

/** Clients that talk at once. */
const LANES = 64;
/** Written at once; holds any packet. */
const BUFFER_BYTES = 4 << 20;
const RECORD = 16;
const ETHERNET = 14;
const IP = 20;
/** With the time stamp option, as Linux sends it. */
const TCP = 32;
const HEADERS = ETHERNET + IP + TCP;
/** 2026-01-01T00:00:00Z. */
const START_SECONDS = 1_767_225_600;
const MILLION = 1_000_000;

/** Writes packets as `tcpdump -i lo -w` does. The checksum of TCP is left to the device, as there. */
class CaptureFile {
	readonly #fd: number;
	readonly #buffer = Buffer.alloc(BUFFER_BYTES);
	#length = 24;

	constructor(path: string) {
		this.#fd = openSync(path, 'w', 0o600);
		for (const [at, value] of [0xa1b2c3d4, 0x00040002, 0, 0, 262_144, 1].entries())
			this.#buffer.writeUInt32LE(value, at * 4);
	}

	write({ time, clientIp, clientPort, serverIp, fromClient, seq, ack, flags, payload }: TalkSegment): void {
		const size = HEADERS + payload.length;
		if (this.#length + RECORD + size > BUFFER_BYTES) this.#flush();
		const bytes = this.#buffer;
		const record = this.#length;
		bytes.writeUInt32LE(START_SECONDS + Math.floor(time / MILLION), record);
		bytes.writeUInt32LE(time % MILLION, record + 4);
		bytes.writeUInt32LE(size, record + 8);
		bytes.writeUInt32LE(size, record + 12);
		const ip = record + RECORD + ETHERNET;
		const tcp = ip + IP;
		bytes.fill(0, record + RECORD, tcp + TCP);
		bytes.writeUInt16BE(0x0800, ip - 2);
		bytes.writeUInt16BE(0x4500, ip);
		bytes.writeUInt16BE(IP + TCP + payload.length, ip + 2);
		bytes.writeUInt16BE(0x4000, ip + 6);
		bytes.writeUInt16BE(0x4006, ip + 8);
		bytes.writeUInt32BE(fromClient ? clientIp : serverIp, ip + 12);
		bytes.writeUInt32BE(fromClient ? serverIp : clientIp, ip + 16);
		bytes.writeUInt16BE(checksum(bytes, ip), ip + 10);
		bytes.writeUInt16BE(fromClient ? clientPort : 80, tcp);
		bytes.writeUInt16BE(fromClient ? 80 : clientPort, tcp + 2);
		bytes.writeUInt32BE(seq, tcp + 4);
		bytes.writeUInt32BE(ack, tcp + 8);
		bytes.writeUInt16BE(((TCP / 4) << 12) | flags, tcp + 12);
		bytes.writeUInt16BE(512, tcp + 14);
		// No operation twice, then the time stamps (RFC 7323, 3.2).
		bytes.writeUInt32BE(0x0101080a, tcp + 20);
		bytes.writeUInt32BE(Math.floor(time / 1000), tcp + 24);
		payload.copy(bytes, tcp + TCP);
		this.#length = record + RECORD + size;
	}

	close(): void {
		this.#flush();
		closeSync(this.#fd);
	}

	#flush(): void {
		writeSync(this.#fd, this.#buffer, 0, this.#length);
		this.#length = 0;
	}
}

/** Of an IP header without options (RFC 1071). */
const checksum = (bytes: Buffer, at: number): number => {
	let sum = 0;
	for (let i = 0; i < IP; i += 2) sum += bytes.readUInt16BE(at + i);
	while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
	return ~sum & 0xffff;
};

/**
 * Writes a capture of so many HTTP exchanges, the same each time: about 5.3 kB each, connections of so many of them to several
 * servers, bodies and durations spread as those of an API, a few retransmissions and segments out of order.
 */
export const writeHttpCapture = (path: string, exchanges: number, perConnection = 250): void => {
	const file = new CaptureFile(path);
	const lanes = Array.from({ length: LANES }, (_, lane) =>
		talk(lane, Math.floor(exchanges / LANES) + (lane < exchanges % LANES ? 1 : 0), perConnection),
	);
	const heads = lanes.flatMap((lane) => {
		const { value, done } = lane.next();
		return done === true ? [] : [{ lane, segment: value }];
	});
	while (heads.length > 0) {
		let first = 0;
		for (let i = 1; i < heads.length; i++) if (heads[i]!.segment.time < heads[first]!.segment.time) first = i;
		const head = heads[first]!;
		file.write(head.segment);
		const { value, done } = head.lane.next();
		if (done === true) heads.splice(first, 1);
		else head.segment = value;
	}
	file.close();
};
