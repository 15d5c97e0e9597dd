import type { Flow } from './flow.ts';
import { type Segment, TcpFlag } from './segment.ts';

/** Connections whose late segments are still to be known as such. Nothing is lost with one. */
const PLACES = 16_384;

/** Of each: addresses of both ends, their ports, and of what either sent the number of the next byte and of the SYN. */
export const ClosedFlow = { ports: 8, next: 9, syn: 11, known: 13, words: 14 } as const;

/** In `known`: bit of end 0. That of end 1 is the next one. */
export const Known = { next: 1, syn: 4 } as const;

/** What is sent again is so near: no host has larger windows in use. Without a SYN in the file that tells connections apart. */
export const MAX_BEHIND = 2 ** 26;

/**
 * The connections that were closed last. They are kept as numbers: objects would live long enough to be taken for what
 * stays, and V8 would look for them in the old part of its heap only.
 */
export class ClosedFlows {
	readonly #words = new Int32Array(PLACES * ClosedFlow.words);
	/** How many have come: the number of the last one. It takes the place of the one before it that had its remainder. */
	#count = 0;
	/** By hash: the number of the last one; and of each the number of the one before it with that hash. 0: none. */
	readonly #last = new Float64Array(PLACES);
	readonly #before = new Float64Array(PLACES);

	add(hash: number, flow: Flow): void {
		this.#count++;
		const place = this.#count % PLACES;
		flow.leave(this.#words, place * ClosedFlow.words);
		const bucket = hash & (PLACES - 1);
		this.#before[place] = this.#last[bucket]!;
		this.#last[bucket] = this.#count;
	}

	/** Whether it is a late segment of the last connection between these ends. */
	owns(hash: number, addresses: Int32Array, segment: Segment): boolean {
		const oldest = Math.max(1, this.#count - PLACES + 1);
		for (let n = this.#last[hash & (PLACES - 1)]!; n >= oldest; n = this.#before[n % PLACES]!) {
			const at = (n % PLACES) * ClosedFlow.words;
			const sender = this.#senderOf(at, addresses, segment);
			if (sender !== null) return this.#isLate(at, sender, segment);
		}
		return false;
	}

	#senderOf(at: number, addresses: Int32Array, { sourcePort, destinationPort }: Segment): 0 | 1 | null {
		const ports = this.#words[at + ClosedFlow.ports];
		if (ports === ((sourcePort << 16) | destinationPort) && this.#matches(at, addresses, 0)) return 0;
		return ports === ((destinationPort << 16) | sourcePort) && this.#matches(at, addresses, 4) ? 1 : null;
	}

	#matches(at: number, addresses: Int32Array, offset: number): boolean {
		for (let i = 0; i < 8; i++) if (this.#words[at + ((i + offset) & 7)] !== addresses[i]) return false;
		return true;
	}

	#isLate(at: number, sender: 0 | 1, { flags, seq, length }: Segment): boolean {
		const known = this.#words[at + ClosedFlow.known]! >> sender;
		const next = this.#words[at + ClosedFlow.next + sender]!;
		if ((flags & TcpFlag.syn) !== 0) {
			if ((known & Known.syn) !== 0) return this.#words[at + ClosedFlow.syn + sender] === (seq | 0);
			return (known & Known.next) !== 0 && next === ((seq + 1) | 0);
		}
		if ((known & Known.next) === 0 || length === 0) return true;
		const distance = (seq - next) | 0;
		return distance >= -MAX_BEHIND && distance + length <= 0;
	}
}
