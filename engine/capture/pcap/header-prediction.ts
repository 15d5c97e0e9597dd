import type { Flow } from './flow.ts';
import type { End } from './flow-context.ts';
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
const FLAGS = TcpFlag.syn | TcpFlag.fin | TcpFlag.rst | TcpFlag.ack | TcpFlag.urg;

/** Of addresses and ports, which stand side by side in a packet without options of IP. */
const IPV4_WORDS = 3;
const IPV6_WORDS = 9;

/**
 * Header prediction (V. Jacobson, 1990): nearly every packet is whole, without options of IP, and the next one of a
 * connection that is known. Those are taken here, with the few checks that tell them from all others.
 */
export class HeaderPrediction {
	/** Of each place who sends from there to there: arrays, for an object each would outlive many short connections. */
	readonly #keys = new Int32Array(PLACES * IPV6_WORDS);
	/** How many words its key has. */
	readonly #words = new Uint8Array(PLACES);
	readonly #flows: (Flow | null)[] = new Array(PLACES).fill(null);
	readonly #senders: End[] = new Array(PLACES).fill(0);

	/** Remembers whose a segment is. */
	learn({ addresses, family }: Datagram, { sourcePort, destinationPort }: Segment, flow: Flow, sender: End): void {
		const ports = (sourcePort << 16) | destinationPort;
		const step = family === 4 ? 4 : 1;
		const words = family === 4 ? IPV4_WORDS : IPV6_WORDS;
		let hash = 0;
		for (let word = step - 1; word < 8; word += step) hash = mix(hash, addresses[word]!);
		const place = placeOf(mix(hash, ports));
		const key = place * IPV6_WORDS;
		for (let i = 0; i < words - 1; i++) this.#keys[key + i] = addresses[(i + 1) * step - 1]!;
		this.#keys[key + words - 1] = ports;
		this.#words[place] = words;
		this.#flows[place] = flow;
		this.#senders[place] = sender;
		flow.predicted[sender] = place;
	}

	/** It is over. */
	forget(flow: Flow): void {
		for (const place of flow.predicted) if (place >= 0 && this.#flows[place] === flow) this.#flows[place] = null;
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
		const place = placeOf(hash);
		const flow = this.#flows[place]!;
		if (flow === null || !flow.isSteady || this.#words[place] !== words) return false;
		const known = place * IPV6_WORDS;
		for (let i = 0; i < words; i++) if (this.#keys[known + i] !== view.getInt32(key + 4 * i)) return false;
		return flow.takeNext(
			this.#senders[place]!,
			view.getInt32(tcp + 4),
			view.getInt32(tcp + 8),
			bytes,
			start,
			packetEnd,
			time,
		);
	}
}

/** FNV's prime. */
const mix = (hash: number, word: number): number => Math.imul(hash ^ word, 0x01000193);

/** All words have their part in the high bits. */
const placeOf = (hash: number): number => (hash ^ (hash >>> 15)) & (PLACES - 1);
