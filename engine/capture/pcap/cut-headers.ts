import { AgedMap } from '../../aged-map.ts';
import { mix } from './mix.ts';
import type { Packet } from './packet.ts';

/** Packets that are remembered, of each group the last ones: what several captures saw stands near one another in the order of time. */
const GROUPS = 1024;
const GROUP = 8;
/** Cut ones that wait for a whole copy. */
const MAX_CUT = 8192;

const IPV4_BYTES = 20;
const IPV6_BYTES = 40;
/** Enough of a header of TCP; of others less would do. */
const TRANSPORT_BYTES = 20;

/** Ports and sequence number of TCP: IPv6 has no identification, by which packets of one length differ. */
const NUMBERED_BYTES = IPV6_BYTES + 8;

/** `hash`, which is of an IPv6 header, with what stands behind that. */
const numbered = (hash: number, { view }: Packet, ip: number): number =>
	mix(mix(hash, view.getInt32(ip + IPV6_BYTES)), view.getInt32(ip + IPV6_BYTES + 4)) || 1;

/** What routers leave of the IP header at `ip`, as a number that is not 0; 0: it is none, or too little of it is there. */
const hashOf = ({ view, end }: Packet, ip: number): number => {
	const version = ip < end ? view.getUint8(ip) >> 4 : 0;
	const isV4 = version === 4;
	if ((!isV4 && version !== 6) || ip + (isV4 ? IPV4_BYTES : IPV6_BYTES) > end) return 0;
	// Length and identification; the label of the flow and the length.
	let hash = isV4 ? mix(view.getUint8(ip + 9), view.getInt32(ip + 2)) : mix(view.getInt32(ip), view.getUint16(ip + 4));
	const addressesEnd = isV4 ? ip + IPV4_BYTES : ip + IPV6_BYTES;
	for (let at = isV4 ? ip + 12 : ip + 8; at < addressesEnd; at += 4) hash = mix(hash, view.getInt32(at));
	return hash || 1;
};

/** Counts packets that say nothing because they were cut: of several captures only those that none of them has whole. */
export class CutHeaders {
	count = 0;
	/** The hashes of packets, and which capture each was of; and where the next one of each group comes. */
	readonly #whole = new Int32Array(GROUPS * GROUP);
	readonly #points = new Int32Array(GROUPS * GROUP);
	readonly #next = new Uint8Array(GROUPS);
	readonly #cut = new AgedMap<number, number>();

	/** A packet of which no header was cut, as far as it was read; other captures may have cut it. */
	see(packet: Packet, ip: number): void {
		if (ip >= packet.end) return;
		const ipBytes = packet.view.getUint8(ip) >> 4 === 4 ? IPV4_BYTES : IPV6_BYTES;
		if (ip + ipBytes + TRANSPORT_BYTES > packet.end && packet.end - packet.start < packet.length) return;
		const hash = hashOf(packet, ip);
		if (hash === 0) return;
		this.#saw(hash, packet.point);
		// Others may have cut it before those, or behind.
		if (ipBytes === IPV6_BYTES && ip + NUMBERED_BYTES <= packet.end)
			this.#saw(numbered(hash, packet, ip), packet.point);
	}

	#saw(hash: number, point: number): void {
		const group = hash & (GROUPS - 1);
		const slot = group * GROUP + (this.#next[group]! & (GROUP - 1));
		this.#next[group]!++;
		this.#whole[slot] = hash;
		this.#points[slot] = point;
		const cut = this.#cut.size === 0 ? undefined : this.#cut.get(hash);
		if (cut === undefined) return;
		this.count -= cut;
		this.#cut.delete(hash);
	}

	/** A packet that was cut in its headers; `hasOthers`: other captures may have it whole. */
	add(packet: Packet, ip: number, hasOthers: boolean): void {
		const ofHeader = hasOthers && ip !== -1 ? hashOf(packet, ip) : 0;
		const isNumbered = ofHeader !== 0 && packet.view.getUint8(ip) >> 4 === 6 && ip + NUMBERED_BYTES <= packet.end;
		const hash = isNumbered ? numbered(ofHeader, packet, ip) : ofHeader;
		if (hash !== 0 && this.#hasWhole(hash, packet.point)) return;
		this.count++;
		if (hash === 0) return;
		this.#cut.set(hash, (this.#cut.get(hash) ?? 0) + 1);
		if (this.#cut.size > MAX_CUT) this.#cut.deleteOldest();
	}

	#hasWhole(hash: number, point: number): boolean {
		const first = (hash & (GROUPS - 1)) * GROUP;
		for (let slot = first; slot < first + GROUP; slot++)
			if (this.#whole[slot] === hash && this.#points[slot] !== point) return true;
		return false;
	}
}
