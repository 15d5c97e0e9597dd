import { PATIENCE_NS } from './patience.ts';

/** What is held of all flows; of more the first ones are let go. */
const MAX_HELD = 1024;
const MAX_BYTES = 4 << 20;

/** A datagram of a flow, on its way to the sink. */
export interface HeldDatagram {
	/** Its flow, sender and length. */
	readonly kind: string;
	bytes: Buffer;
	readonly isCut: boolean;
	readonly time: number;
	/** Tells it. */
	readonly tell: (bytes: Buffer) => void;
}

/**
 * Datagrams that one point has cut, until another one brings the rest of them, or it is known not to come; and those behind
 * them, in order.
 */
export class HeldDatagrams {
	readonly #queue: HeldDatagram[] = [];
	#bytes = 0;

	get isEmpty(): boolean {
		return this.#queue.length === 0;
	}

	/** `datagram.bytes` has to stay. */
	add(datagram: HeldDatagram): void {
		this.#queue.push(datagram);
		this.#bytes += datagram.bytes.length;
		while (this.#queue.length > MAX_HELD || this.#bytes > MAX_BYTES) this.#tellFirst();
	}

	/** More of a datagram has come: it is taken for the first one that lacks it. */
	fill(kind: string, bytes: Buffer): void {
		const held = this.#queue.find(
			(one) =>
				one.isCut &&
				one.kind === kind &&
				one.bytes.length < bytes.length &&
				one.bytes.equals(bytes.subarray(0, one.bytes.length)),
		);
		if (held === undefined) return;
		this.#bytes += bytes.length - held.bytes.length;
		held.bytes = Buffer.from(bytes);
	}

	/** It is `time`: tells those for which nothing more is awaited. */
	release(time: number): void {
		for (let [first] = this.#queue; first !== undefined; [first] = this.#queue) {
			const isAwaited = first.isCut && time - first.time < PATIENCE_NS;
			if (isAwaited) return;
			this.#tellFirst();
		}
	}

	#tellFirst(): void {
		const first = this.#queue.shift();
		if (first === undefined) return;
		this.#bytes -= first.bytes.length;
		first.tell(first.bytes);
	}
}
