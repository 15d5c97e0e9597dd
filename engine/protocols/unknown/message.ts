import type { Message } from '../../exchange/exchange.ts';

/** Bytes kept of each turn: enough to tell a protocol by, and a message of most text protocols whole. */
export const FIRST_BYTES = 256;

const NOTHING = Buffer.alloc(0);

/** The bytes that one end sent until the other one answered. */
export class UnknownMessage implements Message {
	readonly pos: number;
	size = 0;
	readonly firstTime: number;
	lastTime: number;
	truncated = false;
	/** The first bytes, up to FIRST_BYTES or the first that was not captured. */
	head: Buffer = NOTHING;
	readonly body = null;

	constructor(pos: number, firstTime: number) {
		this.pos = pos;
		this.firstTime = firstTime;
		this.lastTime = firstTime;
	}

	add(bytes: Buffer, start: number, end: number, time: number): void {
		const wanted = Math.min(end - start, FIRST_BYTES - this.head.length);
		if (wanted > 0 && this.head.length === this.size) {
			this.head = Buffer.concat([this.head, bytes.subarray(start, start + wanted)]);
		}
		this.size += end - start;
		this.lastTime = time;
	}

	/** Bytes that were not captured; `lost`: they were asked for. */
	skip(length: number, time: number, lost: boolean): void {
		if (lost && this.size < FIRST_BYTES) this.truncated = true;
		this.size += length;
		this.lastTime = time;
	}
}
