import type { End, Flow } from './flow.ts';
import type { Datagram } from './ip.ts';
import type { Packet } from './packet.ts';
import { type Segment, TCP, TcpFlag } from './segment.ts';

/** Directions of connections that are remembered. Of two in the same place the later one stays: the other is read as all else is. */
const PLACES = 16_384;

/** Version 4, and a header of five words. */
const PLAIN_IPV4 = 0x45;
const IPV4_BYTES = 20;
const IPV6_BYTES = 40;
const TCP_BYTES = 20;
const FRAGMENT_BITS = 0x3fff;
const FLAGS = TcpFlag.syn | TcpFlag.fin | TcpFlag.rst | TcpFlag.ack;

/** Of addresses and ports, which stand side by side in a packet without options of IP. */
const IPV4_WORDS = 3;
const IPV6_WORDS = 9;

/** Who sends from there to there. */
interface Known {
	readonly key: Int32Array;
	readonly flow: Flow;
	readonly sender: End;
}

/**
 * Header prediction (V. Jacobson, 1990): nearly every packet is whole, without options of IP, and the next one of a
 * connection that is known. Those are taken here, with the few checks that tell them from all others.
 */
export class HeaderPrediction {
	readonly #known: (Known | null)[] = new Array(PLACES).fill(null);

	/** Remembers whose a segment is. */
	learn({ addresses, family }: Datagram, { sourcePort, destinationPort }: Segment, flow: Flow, sender: End): void {
		const ports = (sourcePort << 16) | destinationPort;
		const key = family === 4 ? Int32Array.of(addresses[3]!, addresses[7]!, ports) : Int32Array.of(...addresses, ports);
		this.#known[placeOf(key.reduce(mix, 0))] = { key, flow, sender };
	}

	/** Takes a packet whose IP header begins at `ip` of what ends at `end`; false, and nothing has been done, when it is another one. */
	take({ view, bytes }: Packet, ip: number, end: number, time: number): boolean {
		if (end - ip < IPV4_BYTES + TCP_BYTES) return false;
		let tcp = ip + IPV4_BYTES;
		let packetEnd = ip + view.getUint16(ip + 2);
		let words = IPV4_WORDS;
		if (view.getUint8(ip) !== PLAIN_IPV4) {
			if (view.getUint8(ip) >> 4 !== 6 || view.getUint8(ip + 6) !== TCP || end - ip < IPV6_BYTES + TCP_BYTES)
				return false;
			tcp = ip + IPV6_BYTES;
			packetEnd = tcp + view.getUint16(ip + 4);
			words = IPV6_WORDS;
		} else if (view.getUint8(ip + 9) !== TCP || (view.getUint16(ip + 6) & FRAGMENT_BITS) !== 0) return false;
		const start = tcp + (view.getUint8(tcp + 12) >> 4) * 4;
		const isUsual = (view.getUint8(tcp + 13) & FLAGS) === TcpFlag.ack;
		if (!isUsual || start < tcp + TCP_BYTES || start > packetEnd || packetEnd > end) return false;
		const key = tcp + 4 - 4 * words;
		let hash = 0;
		for (let i = 0; i < words; i++) hash = mix(hash, view.getInt32(key + 4 * i));
		const known = this.#known[placeOf(hash)]!;
		if (known === null || !known.flow.isSteady || known.key.length !== words) return false;
		for (let i = 0; i < words; i++) if (known.key[i] !== view.getInt32(key + 4 * i)) return false;
		const { flow, sender } = known;
		return flow.takeNext(sender, view.getInt32(tcp + 4), view.getInt32(tcp + 8), bytes, start, packetEnd, time);
	}
}

/** FNV's prime. */
const mix = (hash: number, word: number): number => Math.imul(hash ^ word, 0x01000193);

/** All words have their part in the high bits. */
const placeOf = (hash: number): number => (hash ^ (hash >>> 15)) & (PLACES - 1);
