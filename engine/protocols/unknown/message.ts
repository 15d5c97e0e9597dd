import type { Message, WirePart } from '../../exchange/exchange.ts';

/** Bytes kept of each turn: enough to tell a protocol by, and a message of most text protocols whole. */
const FIRST_BYTES = 256;

/** Datagrams of a turn whose borders are kept. */
const MAX_DATAGRAMS = 1024;

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
	/** Of datagrams their lengths; null of a stream. */
	readonly #datagrams: number[] | null;
	/** The last one may go on with bytes that were not captured. */
	#isOpen = false;

	constructor(pos: number, firstTime: number, isStream: boolean) {
		this.#datagrams = isStream ? null : [];
		this.pos = pos;
		this.firstTime = firstTime;
		this.lastTime = firstTime;
	}

	add(bytes: Buffer, start: number, end: number, time: number): void {
		const wanted = Math.min(end - start, FIRST_BYTES - this.head.length);
		if (wanted > 0 && this.head.length === this.size) {
			this.head = Buffer.concat([this.head, bytes.subarray(start, start + wanted)]);
		}
		this.#isOpen = this.#datagrams !== null && this.#datagrams.length < MAX_DATAGRAMS;
		this.#count(end - start, false);
		this.lastTime = time;
	}

	/** Bytes that were not captured; `lost`: they were asked for. */
	skip(length: number, time: number, lost: boolean): void {
		if (lost && this.size < FIRST_BYTES) this.truncated = true;
		this.#count(length, this.#isOpen);
		this.#isOpen = false;
		this.lastTime = time;
	}

	wire(): readonly WirePart[] {
		const parts: WirePart[] = [];
		let at = 0;
		for (const length of this.#datagrams ?? [this.size]) {
			parts.push({ bytes: this.head.subarray(at, at + length), length });
			at += length;
		}
		return parts;
	}

	/** `isRest`: of the last datagram. */
	#count(length: number, isRest: boolean): void {
		this.size += length;
		const datagrams = this.#datagrams;
		if (datagrams === null) return;
		const last = datagrams.length - 1;
		if (isRest && last >= 0) datagrams[last] = (datagrams[last] ?? 0) + length;
		else if (datagrams.length < MAX_DATAGRAMS) datagrams.push(length);
	}
}
