/** The address family of an event. */
type Family = number;

const formatIpv4 = (bytes: Uint8Array, at: number): string =>
	`${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`;

/** Start and length of the longest run of zero groups; the first one of equals (RFC 5952, 4.2.3). */
const longestZeroRun = (groups: readonly number[]): readonly [number, number] => {
	let best: readonly [number, number] = [0, 0];
	let start = 0;
	for (let i = 0; i <= groups.length; i++) {
		if (groups[i] === 0) continue;
		if (i - start > best[1]) best = [start, i - start];
		start = i + 1;
	}
	return best;
};

/** Canonical text of IPv6 (RFC 5952). */
const formatIpv6 = (bytes: Uint8Array, at: number): string => {
	const groups = Array.from({ length: 8 }, (_, i) => ((bytes[at + 2 * i] ?? 0) << 8) | (bytes[at + 2 * i + 1] ?? 0));
	const text = (from: number, to: number): string =>
		groups
			.slice(from, to)
			.map((group) => group.toString(16))
			.join(':');
	const [start, length] = longestZeroRun(groups);
	return length < 2 ? text(0, 8) : `${text(0, start)}::${text(start + length, 8)}`;
};

/** The text of the 16-byte address at `at`; IPv4 stands mapped in it. */
export const formatAddress = (bytes: Uint8Array, at: number, family: Family): string =>
	family === 4 ? formatIpv4(bytes, at + 12) : formatIpv6(bytes, at);

/** One end of a tuple. */
export interface End {
	readonly ip: string;
	readonly port: number;
}

/** FNV-1a, 32 bits, from a given basis. */
const fnv1a = (text: string, basis: number): number => {
	let hash = basis;
	for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
	return hash >>> 0;
};

/** The offset basis of FNV-1a, and another one for further bits. */
const BASES = [0x811c9dc5, 0x9dc5811c] as const;

/** 48 bits: among 100,000 connections a collision has a chance of 1 in 50,000; ten characters at most. */
const hash48 = (text: string): number => fnv1a(text, BASES[0]) * 2 ** 16 + (fnv1a(text, BASES[1]) >>> 16);

/** The same at both ends, and which of them is the local one. */
const tupleOf = (local: End, remote: End): { readonly key: string; readonly end: 'lower' | 'higher' } => {
	const a = `${local.ip} ${local.port}`;
	const b = `${remote.ip} ${remote.port}`;
	return a < b ? { key: `${a} ${b}`, end: 'lower' } : { key: `${b} ${a}`, end: 'higher' };
};

const nameOfTuple = (key: string): string => hash48(key).toString(36);

/** The name of the first connection with these ends. */
export const connectionName = (local: End, remote: End): string => nameOfTuple(tupleOf(local, remote).key);

/** Tuples whose reuse is remembered: more than the ephemeral ports that one client and server have by default. */
const MAX_TUPLES = 32_768;

/** A use of a tuple: which of its two ends have been seen to open. */
interface Use {
	number: number;
	lower: boolean;
	higher: boolean;
}

/**
 * Names connections: the same at both ends, and different when a tuple is used again. An end that opens a second time
 * shows the reuse; the other end joins it.
 */
export class ConnectionNames {
	readonly #uses = new Map<string, Use>();

	nameOf(local: End, remote: End): string {
		const { key, end } = tupleOf(local, remote);
		const use = this.#use(key);
		if (use[end]) {
			use.number++;
			use.lower = false;
			use.higher = false;
		}
		use[end] = true;
		const name = nameOfTuple(key);
		return use.number === 1 ? name : `${name}-${use.number}`;
	}

	#use(key: string): Use {
		let use = this.#uses.get(key);
		if (use === undefined) {
			use = { number: 1, lower: false, higher: false };
			if (this.#uses.size >= MAX_TUPLES) this.#uses.delete(this.#uses.keys().next().value ?? '');
			this.#uses.set(key, use);
		}
		return use;
	}
}
