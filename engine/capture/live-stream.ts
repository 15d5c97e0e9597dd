import { clockRecord, endRecord, type LossCounters, lostRecord, NO_LOSS, tickRecord } from './live-records.ts';

/** Both in ns: CLOCK_MONOTONIC, and the wall clock's distance from it. */
export interface Moment {
	readonly time: bigint;
	readonly offset: bigint;
}

/** What the stream needs of the kernel half. */
export interface Ring {
	drain(buffer: Uint8Array): number;
	lossCounters(): LossCounters;
}

const TICK_NS = 100_000_000n;
/** A wall clock that is merely slewed is followed in steps of this size. */
const CLOCK_STEP_NS = 1_000_000n;
/** Taken out of the ring at once: as much as of recordings, for the same reason. */
const DRAIN_BYTES = 256 << 10;
/** Drains before others on the event loop get their turn: at most 32 MiB. */
const MAX_DRAINS = 128;

const sameCounters = (a: LossCounters, b: LossCounters) =>
	a.ringFull === b.ringFull &&
	a.ringFullBytes === b.ringFullBytes &&
	a.helperFailed === b.helperFailed &&
	a.contended === b.contended &&
	a.unseenBytes === b.unseenBytes &&
	a.mptcpBytes === b.mptcpBytes;

const distance = (a: bigint, b: bigint) => (a > b ? a - b : b - a);

/**
 * The records of the kernel with those of user space (bpf/events.h) in their places: the clock and the listeners first,
 * losses when they grow, a tick when all that was there at the start has been told, and further ones as time goes by, the
 * end last.
 */
export class LiveStream {
	readonly #ring: Ring;
	readonly #consume: (bytes: Uint8Array, length: number) => void;
	readonly #buffer = new Uint8Array(DRAIN_BYTES);
	#lost = NO_LOSS;
	#offset = 0n;
	/** Null until all that was there at the start has been told. */
	#lastTick: bigint | null = null;
	#bytes = 0;

	constructor(ring: Ring, consume: (bytes: Uint8Array, length: number) => void) {
		this.#ring = ring;
		this.#consume = consume;
	}

	/** Bytes of kernel records so far. */
	get bytes(): number {
		return this.#bytes;
	}

	/** `listeners` are whole records. */
	begin(now: Moment, listeners: Uint8Array): void {
		this.#offset = now.offset;
		this.#add(clockRecord(now.time, now.offset));
		this.listen(listeners);
	}

	/** Records of listening sockets: before the connections to them are told of. */
	listen(listeners: Uint8Array): void {
		if (listeners.length > 0) this.#add(listeners);
	}

	/**
	 * Hands on what is in the ring; false if there is more than one turn's worth. `now` was read before the call, so that
	 * a tick, which comes only when the ring was found empty, is never ahead of an event that was ready. (A program that was interrupted between taking its time and making
	 * its record may still be later than a tick.)
	 */
	drain(now: Moment): boolean {
		let length = this.#buffer.length;
		for (let turn = 0; turn < MAX_DRAINS && length > 0; turn++) {
			length = this.#ring.drain(this.#buffer);
			this.#bytes += length;
			if (length > 0) this.#consume(this.#buffer, length);
		}
		this.#followClock(now);
		this.#reportLoss(now.time);
		if (length === 0 && (this.#lastTick === null || now.time - this.#lastTick >= TICK_NS)) {
			this.#lastTick = now.time;
			this.#add(tickRecord(now.time));
		}
		return length === 0;
	}

	end(time: bigint): void {
		this.#add(endRecord(time));
	}

	#add(record: Uint8Array): void {
		this.#consume(record, record.length);
	}

	#followClock({ time, offset }: Moment): void {
		if (distance(offset, this.#offset) <= CLOCK_STEP_NS) return;
		this.#offset = offset;
		this.#add(clockRecord(time, offset));
	}

	#reportLoss(time: bigint): void {
		const lost = this.#ring.lossCounters();
		if (sameCounters(lost, this.#lost)) return;
		this.#lost = lost;
		this.#add(lostRecord(time, lost));
	}
}
