import { AgedList } from '../../aged-list.ts';
import { Waiting } from '../../connection/waiting.ts';
import { Flow } from './flow.ts';
import type { FlowContext } from './flow-context.ts';
import type { HeaderPrediction } from './header-prediction.ts';
import type { Datagram } from './ip.ts';
import { PATIENCE_NS } from './patience.ts';
import { type Segment, TcpFlag } from './segment.ts';

/**
 * Connections that have told bytes and are not closed. Larger than what the connection assembler follows, which gives up
 * the oldest and counts it: a flow that is forgotten here has been counted there.
 */
const MAX_OPEN = 131_072;
/** Handshakes, and closed connections whose late segments are still to be known as such. Nothing is lost with one. */
const MAX_OTHERS = 16_384;

/** FNV's prime, and a rotation so that high bits count as well. */
const mix = (hash: number, word: number): number => {
	const product = Math.imul(hash ^ word, 0x01000193);
	return (product << 13) | (product >>> 19);
};

/** Finds the TCP connection that a segment belongs to. */
export class FlowTable {
	readonly #context: FlowContext;
	/** By a hash that is the same for both directions; flows of the same hash are chained. */
	readonly #buckets = new Map<number, Flow>();
	readonly #open = new AgedList<Flow>();
	readonly #others = new AgedList<Flow>();
	/** Those in which something is missing. */
	#now = Number.NEGATIVE_INFINITY;
	readonly #waiting = new Waiting(PATIENCE_NS);
	/**
	 * So that nobody can make a file whose flows all have the same hash: who makes one sees no number of this process, and
	 * V8 seeds each anew. Of node:crypto Node would compile twenty modules first.
	 */
	readonly #seed = Math.floor(Math.random() * 2 ** 31);
	readonly #prediction: HeaderPrediction;

	constructor(context: FlowContext, prediction: HeaderPrediction) {
		this.#context = context;
		this.#prediction = prediction;
	}

	take(datagram: Datagram, segment: Segment): void {
		const { addresses, family } = datagram;
		const { sourcePort, destinationPort, time } = segment;
		const hash = this.#hash(addresses, family, sourcePort, destinationPort);
		for (let flow = this.#buckets.get(hash) ?? null; flow !== null; flow = flow.chained) {
			const sender = flow.senderOf(addresses, sourcePort, destinationPort);
			if (sender === null) continue;
			if (flow.owns(sender, segment)) {
				const { status } = flow;
				flow.take(sender, segment);
				if (flow.status !== status) this.#sort(flow, time);
				if (flow.awaits(time)) this.#await(flow, time);
				if (flow.isSteady) this.#prediction.learn(datagram, segment, flow, sender);
				return;
			}
			if (!begins(segment)) return;
			flow.drop(time);
			this.#remove(flow);
			break;
		}
		if (!begins(segment)) return;
		const flow = new Flow(this.#context, hash, addresses, family, segment);
		flow.chained = this.#buckets.get(hash) ?? null;
		this.#buckets.set(hash, flow);
		flow.take(0, segment);
		this.#sort(flow, time);
	}

	/** It is `time`: what has been missing for too long is given up. */
	expire(time: number): void {
		this.#now = time;
		this.#waiting.expire(time);
	}

	#await(flow: Flow, time: number): void {
		this.#waiting.add(flow, time, () => {
			const { status } = flow;
			flow.expire(this.#now);
			if (flow.status !== status) this.#sort(flow, this.#now);
			if (flow.awaits(this.#now)) this.#await(flow, this.#now);
		});
	}

	/** The capture ends at `time`. */
	flush(time: number): void {
		for (const flow of [...this.#open.items(), ...this.#others.items()]) flow.flush(time);
	}

	#hash(addresses: Int32Array, family: number, sourcePort: number, destinationPort: number): number {
		let source = mix(this.#seed, sourcePort);
		let destination = mix(this.#seed, destinationPort);
		// The words before are the same for all of IPv4.
		for (let word = family === 4 ? 3 : 0; word < 4; word++) {
			source = mix(source, addresses[word] ?? 0);
			destination = mix(destination, addresses[word + 4] ?? 0);
		}
		return (source + destination) | 0;
	}

	/** Keeps a flow where its status says. */
	#sort(flow: Flow, time: number): void {
		const isOpen = flow.status === 'open';
		const list = isOpen ? this.#open : this.#others;
		if (flow.list !== list) {
			flow.list?.remove(flow);
			flow.list = list;
			list.append(flow);
		}
		const { oldest } = list;
		if (oldest === null || list.size <= (isOpen ? MAX_OPEN : MAX_OTHERS)) return;
		oldest.drop(time);
		this.#remove(oldest);
	}

	#remove(flow: Flow): void {
		this.#waiting.delete(flow);
		flow.list?.remove(flow);
		flow.list = null;
		const first = this.#buckets.get(flow.hash);
		if (first === flow) {
			if (flow.chained === null) this.#buckets.delete(flow.hash);
			else this.#buckets.set(flow.hash, flow.chained);
			return;
		}
		for (let before = first; before !== undefined && before !== null; before = before.chained ?? undefined) {
			if (before.chained !== flow) continue;
			before.chained = flow.chained;
			return;
		}
	}
}

/** Whether a connection is followed from this segment on: from its handshake, or from bytes in the middle of it. */
const begins = ({ flags, length }: Segment): boolean =>
	(flags & TcpFlag.rst) === 0 && ((flags & TcpFlag.syn) !== 0 || (length > 0 && (flags & TcpFlag.ack) !== 0));
