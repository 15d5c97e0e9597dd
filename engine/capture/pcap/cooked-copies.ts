import { AgedMap } from '../../aged-map.ts';
import { UDP } from './datagram-flows.ts';
import { u16 } from './integers.ts';
import type { Packet } from './packet.ts';
import { OVERTAKEN_NS } from './patience.ts';
import { TCP } from './segment.ts';

/** Packets with the same identification were sent once, if so near: another one takes it after 65,535 others. */
const SAME_ID_NS = 1e9;
/** Packets that are remembered; the oldest is forgotten for one more. */
const MAX_KEPT = 16_384;
/** What is compared of a packet behind the header of IP: all of TCP's, and the first bytes behind. */
const COMPARED_BYTES = 80;
const IPV6_BYTES = 40;
/** Where the checksum stands, which network cards compute: behind them it is another one. */
const CHECKSUM_AT: ReadonlyMap<number, number> = new Map([
	[TCP, 16],
	[UDP, 6],
]);

interface Sightings {
	latest: number;
	count: number;
}

/**
 * Counts how often a packet was seen on its way through a host, whose cooked capture does not tell its interfaces. What was sent
 * again has another identification; where IP has none, it comes later than a packet takes through a host.
 */
export class CookedCopies {
	/** By what does not change on the way; the one that was not seen longest stands first. */
	readonly #kept = new AgedMap<string, Sightings>();

	/** How often the packet whose IP header begins at `ip` has been seen before. */
	earlier({ bytes, end, point }: Packet, ip: number, time: number): number {
		const isIpv4 = bytes[ip]! >> 4 === 4;
		const key = `${point} ${isIpv4 ? sameOfIpv4(bytes, ip, end) : sameOfIpv6(bytes, ip, end)}`;
		const within = isIpv4 && u16(bytes, ip + 4) !== 0 ? SAME_ID_NS : OVERTAKEN_NS;
		const known = this.#kept.renew(key);
		const count = known !== undefined && time - known.latest < within ? known.count + 1 : 0;
		this.#kept.set(key, { latest: time, count });
		this.#expire(time);
		return count;
	}

	#expire(time: number): void {
		for (let { oldest } = this.#kept; oldest !== undefined; { oldest } = this.#kept) {
			if (this.#kept.size <= MAX_KEPT && time - oldest.latest <= SAME_ID_NS) return;
			this.#kept.deleteOldest();
		}
	}
}

const textOf = (bytes: Buffer, from: number, to: number): string => bytes.toString('latin1', from, to);

/** Routers change its time to live, the marks of congestion and service, and the checksum. */
const sameOfIpv4 = (bytes: Buffer, ip: number, end: number): string => {
	const payload = ip + (bytes[ip]! & 15) * 4;
	const fields = textOf(bytes, ip + 2, ip + 8) + textOf(bytes, ip + 12, ip + 20);
	return fields + sameOfPayload(bytes[ip + 9]!, bytes, payload, end);
};

const sameOfIpv6 = (bytes: Buffer, ip: number, end: number): string =>
	textOf(bytes, ip + 4, ip + 7) +
	textOf(bytes, ip + 8, ip + IPV6_BYTES) +
	sameOfPayload(bytes[ip + 6]!, bytes, ip + IPV6_BYTES, end);

const sameOfPayload = (protocol: number, bytes: Buffer, at: number, end: number): string => {
	const to = Math.min(at + COMPARED_BYTES, end);
	const checksum = at + (CHECKSUM_AT.get(protocol) ?? COMPARED_BYTES);
	return textOf(bytes, at, Math.min(checksum, to)) + textOf(bytes, Math.min(checksum + 2, to), to);
};
