import { AgedList, type Linked } from '../aged-list.ts';
import { NumberMap } from '../number-map.ts';

/** One end of a tuple. */
export interface End {
	readonly ip: string;
	readonly port: number;
}

const FNV_PRIME = 0x01000193;
/** The offset basis of FNV-1a, and another one for further bits. */
const BASES = [0x811c9dc5, 0x9dc5811c] as const;

/** 48 bits of FNV-1a: among 100,000 connections a collision has a chance of 1 in 50,000; ten characters at most. */
export const hash48 = (text: string): number => {
	let [hash, more]: [number, number] = [BASES[0] | 0, BASES[1] | 0];
	for (let i = 0; i < text.length; i++) {
		const unit = text.charCodeAt(i);
		hash = Math.imul(hash ^ unit, FNV_PRIME);
		more = Math.imul(more ^ unit, FNV_PRIME);
	}
	return (hash >>> 0) * 2 ** 16 + (more >>> 16);
};

/** What five digits of base 36 count to. */
const HALF = 36 ** 5;
const DIGITS = Uint8Array.from('0123456789abcdefghijklmnopqrstuvwxyz', (digit) => digit.charCodeAt(0));
const digitOf = (half: number, place: number): number => DIGITS[Math.floor(half / place) % 36]!;

/** `toString(36)` of an integer below 2^48, which takes V8 as long as a tenth of all that a short connection costs. */
export const base36 = (n: number): string => {
	const high = Math.floor(n / HALF);
	const low = n - high * HALF;
	const digits = String.fromCharCode(
		digitOf(high, 36 ** 4),
		digitOf(high, 36 ** 3),
		digitOf(high, 36 ** 2),
		digitOf(high, 36),
		digitOf(high, 1),
		digitOf(low, 36 ** 4),
		digitOf(low, 36 ** 3),
		digitOf(low, 36 ** 2),
		digitOf(low, 36),
		digitOf(low, 1),
	);
	let zeros = 0;
	while (zeros < 9 && digits.charCodeAt(zeros) === DIGITS[0]) zeros++;
	return digits.slice(zeros);
};

/** The same at both ends, and which of them is the local one. */
const tupleOf = (local: End, remote: End): { readonly key: string; readonly end: 'lower' | 'higher' } => {
	const a = `${local.ip} ${local.port}`;
	const b = `${remote.ip} ${remote.port}`;
	return a < b ? { key: `${a} ${b}`, end: 'lower' } : { key: `${b} ${a}`, end: 'higher' };
};

/** The name of the first connection with these ends. */
export const connectionName = (local: End, remote: End): string => base36(hash48(tupleOf(local, remote).key));

/** Tuples whose reuse is remembered: more than the ephemeral ports that one client and server have by default. */
const MAX_TUPLES = 32_768;

/** A use of a tuple: which of its two ends have been seen to open. */
class Use implements Linked<Use> {
	number = 1;
	lower = false;
	higher = false;
	older: Use | null = null;
	newer: Use | null = null;
	readonly hash: number;

	constructor(hash: number) {
		this.hash = hash;
	}
}

/**
 * Names connections: the same at both ends, and different when a tuple is used again. An end that opens a second time
 * shows the reuse; the other end joins it.
 */
export class ConnectionNames {
	readonly #uses = new NumberMap<Use>();
	/** By age. An AgedMap would need another object for each, and these live long. */
	readonly #order = new AgedList<Use>();

	nameOf(local: End, remote: End): string {
		const { key, end } = tupleOf(local, remote);
		const hash = hash48(key);
		const use = this.#use(hash);
		if (use[end]) {
			use.number++;
			use.lower = false;
			use.higher = false;
		}
		use[end] = true;
		const name = base36(hash);
		return use.number === 1 ? name : `${name}-${use.number}`;
	}

	#use(hash: number): Use {
		const known = this.#uses.get(hash);
		if (known !== undefined) return known;
		const { oldest } = this.#order;
		if (oldest !== null && this.#order.size >= MAX_TUPLES) {
			this.#order.remove(oldest);
			this.#uses.delete(oldest.hash);
		}
		const use = new Use(hash);
		this.#uses.set(hash, use);
		this.#order.append(use);
		return use;
	}
}
