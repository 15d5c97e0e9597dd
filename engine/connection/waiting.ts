import type { Connection } from './connection.ts';
import type { ByteStream } from './stream.ts';

/**
 * How long, in time of the events, a stream waits for what is missing: events of concurrent senders and of pages that
 * are still queued arrive within milliseconds; more would only delay what is behind a real loss.
 */
const PATIENCE_NS = 200e6;

interface Entry {
	readonly connection: Connection;
	readonly deadline: number;
}

/** The streams that wait, in the order of their deadlines: all have the same patience. */
export class Waiting {
	readonly #entries = new Map<ByteStream, Entry>();
	/** No deadline is earlier. */
	#earliest = Number.POSITIVE_INFINITY;

	/** A stream that waits already keeps its deadline. */
	add(connection: Connection, stream: ByteStream, now: number): void {
		if (this.#entries.has(stream)) return;
		const deadline = now + PATIENCE_NS;
		this.#entries.set(stream, { connection, deadline });
		this.#earliest = Math.min(this.#earliest, deadline);
	}

	delete(stream: ByteStream): void {
		this.#entries.delete(stream);
	}

	/** Lets those give up whose deadline has passed. */
	expire(now: number): void {
		while (now >= this.#earliest) {
			const [first] = this.#entries;
			this.#earliest = first?.[1].deadline ?? Number.POSITIVE_INFINITY;
			if (first === undefined || now < first[1].deadline) return;
			this.#entries.delete(first[0]);
			first[1].connection.giveUp(first[0]);
		}
	}
}
