import { AgedMap } from '../../aged-map.ts';
import type { EventSink } from '../event-sink.ts';
import { Role } from '../events.ts';
import { DatagramCopies } from './datagram-copies.ts';
import type { End, FlowContext } from './flow-context.ts';
import { HeldDatagrams } from './held-datagrams.ts';
import { u16 } from './integers.ts';
import type { Datagram } from './ip.ts';

export const UDP = 17;

const HEADER_BYTES = 8;
/** Nothing tells the end of a flow: so long without a datagram, as Linux forgets those that it tracks (nf_conntrack_udp). */
const IDLE_NS = 30e9;
/** Flows that talk at once; the one that was quiet longest is ended for one more. */
const MAX_FLOWS = 16_384;

interface Flow {
	readonly cookie: number;
	/** The end that is observed. */
	readonly local: End;
	/** Bytes that each end has sent. */
	readonly sent: [number, number];
	latest: number;
}

/** UDP datagrams (RFC 768) as two streams for each pair of ends: who sends first is the client. */
export class DatagramFlows {
	readonly #sink: EventSink;
	readonly #context: FlowContext;
	/** By both ends, the first sender's before the other's; the one that was quiet longest stands first. */
	readonly #flows = new AgedMap<string, Flow>();
	readonly #copies = new DatagramCopies();
	readonly #held = new HeldDatagrams();

	constructor(context: FlowContext) {
		this.#sink = context.sink;
		this.#context = context;
	}

	/**
	 * False when the header of the datagram was not captured; `iface` is its interface, or null, and `point` the number of the
	 * place where it was captured there.
	 */
	take(datagram: Datagram, time: number, iface: string | null, point: number): boolean {
		const { addresses, family, identification, bytes, start, end, length } = datagram;
		if (start + HEADER_BYTES > end) return length < HEADER_BYTES;
		const ports = [u16(bytes, start), u16(bytes, start + 2)] as const;
		// Zero in a jumbogram (RFC 2675, section 4).
		const payload = Math.min(u16(bytes, start + 4) || length, length) - HEADER_BYTES;
		this.release(time);
		this.#expire(time);
		if (payload <= 0) return true;
		const source = `${addresses.subarray(0, 4).join()} ${ports[0]}`;
		const destination = `${addresses.subarray(4).join()} ${ports[1]}`;
		const answered = this.#flows.renew(`${destination} ${source}`);
		const key = `${source} ${destination}`;
		const flow = answered ?? this.#flows.renew(key) ?? this.#open(key, addresses, ports, family, time);
		const sender = answered === undefined ? 0 : 1;
		flow.latest = Math.max(flow.latest, time);
		const from = start + HEADER_BYTES;
		const captured = Math.min(payload, end - from);
		const kind = `${flow.cookie} ${sender} ${payload}`;
		const text = bytes.toString('latin1', from, from + captured);
		const isCut = captured < payload;
		const id = family === 4 ? identification : 0;
		const { overlaps } = this.#context.packets;
		if (this.#copies.has({ kind, text, isCut, point: `${point} ${iface}`, id, time }, overlaps)) {
			if (!this.#held.isEmpty) this.#held.fill(kind, bytes.subarray(from, from + captured));
			return true;
		}
		if (this.#held.isEmpty && !(isCut && overlaps))
			this.#tell(flow, sender, payload, bytes, from, captured, flow.latest, time, iface);
		else {
			const { latest } = flow;
			this.#held.add({
				kind,
				bytes: Buffer.from(bytes.subarray(from, from + captured)),
				isCut,
				time,
				tell: (own) => this.#tell(flow, sender, payload, own, 0, own.length, latest, time, iface),
			});
		}
		return true;
	}

	/** It is `time`: tells what need not be held any more. */
	release(time: number): void {
		if (!this.#held.isEmpty) this.#held.release(time);
	}

	#tell(
		flow: Flow,
		sender: End,
		payload: number,
		bytes: Buffer,
		start: number,
		captured: number,
		latest: number,
		time: number,
		iface: string | null,
	): void {
		const pos = flow.sent[sender];
		flow.sent[sender] += payload;
		const isIn = sender !== flow.local;
		if (this.#sink.stages) this.#sink.packet(flow.cookie, isIn, time, pos, payload, null, iface);
		this.#sink.data(flow.cookie, isIn, latest, time, pos, payload, bytes, start, captured);
	}

	#open(key: string, addresses: Int32Array, ports: readonly [number, number], family: number, time: number): Flow {
		if (this.#flows.size >= MAX_FLOWS) this.#closeFirst(time);
		const local = this.#context.localEnd(addresses) ?? 0;
		const flow: Flow = { cookie: this.#context.newCookie(), local, sent: [0, 0], latest: time };
		this.#flows.set(key, flow);
		const [localPort, remotePort] = local === 0 ? ports : [ports[1], ports[0]];
		this.#sink.open(time, {
			cookie: flow.cookie,
			addresses: local === 0 ? addresses : Int32Array.of(...addresses.subarray(4), ...addresses.subarray(0, 4)),
			localPort,
			remotePort,
			family,
			transport: UDP,
			role: local === 0 ? Role.client : Role.server,
			openedAt: null,
			establishedAt: null,
			inPos: 0,
			outPos: 0,
		});
		return flow;
	}

	#expire(time: number): void {
		for (let { oldest } = this.#flows; oldest !== undefined; { oldest } = this.#flows) {
			if (time - oldest.latest < IDLE_NS) return;
			this.#closeFirst(time);
		}
	}

	#closeFirst(time: number): void {
		const { oldest } = this.#flows;
		if (oldest === undefined) return;
		this.release(Number.POSITIVE_INFINITY);
		this.#flows.deleteOldest();
		this.#sink.close(oldest.cookie, time);
	}
}
