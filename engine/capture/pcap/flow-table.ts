import { AgedList } from '../../aged-list.ts';
import { Waiting } from '../../waiting.ts';
import { ClosedFlows } from './closed-flows.ts';
import { Flow } from './flow.ts';
import type { FlowContext } from './flow-context.ts';
import type { HeaderPrediction } from './header-prediction.ts';
import type { Datagram } from './ip.ts';
import { mix } from './mix.ts';
import { PATIENCE_NS } from './patience.ts';
import { type Segment, TcpFlag } from './segment.ts';

/**
 * Connections that have told bytes and are not closed. Larger than what the connection assembler follows, which gives up
 * the oldest and counts it: a flow that is forgotten here has been counted there.
 */
const MAX_OPEN = 131_072;
/** Handshakes, and what is no more than that. Nothing is lost with one. */
const MAX_NEW = 16_384;

/** Of a table that is never built anew: the Maps that V8 leaves behind then keep alive all that was in them. */
const BUCKETS = 65_536;

/** Finds the TCP connection that a segment belongs to. */
export class FlowTable {
	readonly #context: FlowContext;
	/** By a hash that is the same for both directions; flows of the same hash are chained. */
	readonly #buckets: (Flow | null)[] = new Array(BUCKETS).fill(null);
	readonly #open = new AgedList<Flow>();
	readonly #new = new AgedList<Flow>();
	readonly #closed = new ClosedFlows();
	#now = Number.NEGATIVE_INFINITY;
	/** Those in which something is missing. */
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
		const bucket = bucketOf(hash);
		for (let flow = this.#buckets[bucket] ?? null; flow !== null; flow = flow.chained) {
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
			// Neither does what comes late of the one before end this one.
			if (!begins(segment) || this.#closed.owns(hash, addresses, segment)) return;
			flow.drop(time);
			this.#remove(flow);
			break;
		}
		if (!begins(segment) || this.#closed.owns(hash, addresses, segment)) return;
		const flow = new Flow(this.#context, hash, addresses, family, segment);
		flow.chained = this.#buckets[bucket] ?? null;
		this.#buckets[bucket] = flow;
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
		for (const flow of [...this.#open.items(), ...this.#new.items()]) flow.flush(time);
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
		if (flow.status === 'closed') {
			this.#closed.add(flow.hash, flow);
			this.#remove(flow);
			return;
		}
		const isOpen = flow.status === 'open';
		const list = isOpen ? this.#open : this.#new;
		if (flow.list !== list) {
			flow.list?.remove(flow);
			flow.list = list;
			list.append(flow);
		}
		const { oldest } = list;
		if (oldest === null || list.size <= (isOpen ? MAX_OPEN : MAX_NEW)) return;
		oldest.drop(time);
		this.#remove(oldest);
	}

	#remove(flow: Flow): void {
		this.#waiting.delete(flow);
		this.#prediction.forget(flow);
		flow.list?.remove(flow);
		flow.list = null;
		const bucket = bucketOf(flow.hash);
		let before = this.#buckets[bucket] ?? null;
		if (before === flow) this.#buckets[bucket] = flow.chained;
		else {
			while (before !== null && before.chained !== flow) before = before.chained;
			if (before !== null) before.chained = flow.chained;
		}
		flow.chained = null;
	}
}

const bucketOf = (hash: number): number => hash & (BUCKETS - 1);

/** Whether a connection is followed from this segment on: from its handshake, or from bytes in the middle of it. */
const begins = ({ flags, length }: Segment): boolean =>
	(flags & TcpFlag.rst) === 0 && ((flags & TcpFlag.syn) !== 0 || (length > 0 && (flags & TcpFlag.ack) !== 0));
