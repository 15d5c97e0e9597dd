/** Of the ring: so much wakes us before. A bulk transfer can fill all of it in less than the pause. */
const FULL_PART = 1 / 4;
/** In so long, more than this takes 2 ms to deal with in one go: it comes in short turns. */
const PERIOD_NS = 50_000_000;
const BUSY_BYTES = 512 << 10;
/**
 * Of a short turn: some 100 requests, 0.2 ms. What is watched may need the processor that we are on; while nginx or its
 * clients stand still, the other one soon does, too. With 64 connections on two processors nginx had 0.87 of its untraced
 * throughput with such turns, 0.77 with those of 50 ms; with shorter ones the wakeups took back what was won.
 */
const TURN_BYTES = 64 << 10;
/** Bulk transfers come in larger turns than that, not in more of them. */
const LEAST_TURN_NS = 1_000_000;

/** How much is to be in the ring before its reader is woken, by how fast it fills. */
export class LiveTurns {
	readonly #most: number;
	#done: bigint;
	/** Bytes a nanosecond. */
	#rate = 0;

	/** `now` is CLOCK_MONOTONIC in ns, as all times here. */
	constructor(now: bigint, ringBytes: number) {
		this.#done = now;
		this.#most = ringBytes * FULL_PART;
	}

	/** `bytes` came out of the ring; `done` is when all of it had been dealt with, and what came meanwhile, too. */
	took(bytes: number, done: bigint): void {
		this.#rate = bytes / Math.max(Number(done - this.#done), 1);
		this.#done = done;
	}

	/** Bytes. */
	get enough(): number {
		if (this.#rate * PERIOD_NS < BUSY_BYTES) return this.#most;
		return Math.min(Math.max(TURN_BYTES, Math.floor(this.#rate * LEAST_TURN_NS)), this.#most);
	}
}
