import { AgedMap } from '../../aged-map.ts';
import type { Datagram } from './ip.ts';

/** Datagrams of which a part has come: those of one burst; the oldest is given up for one more. */
const MAX_DATAGRAMS = 256;
/** The largest IP payload; also of all the pieces of one datagram, so that overlaps do not fill the memory. */
const MAX_PAYLOAD_BYTES = 65_535;
/** Pieces of one datagram: as many as its largest payload gives at the smallest MTU of IPv4, 68 (RFC 791). */
const MAX_PIECES = 1400;
/** Whole datagrams that are remembered: fragments that come twice, as where two interfaces were captured, come soon. */
const MAX_WHOLE = 64;
/** RFC 8200, 4.5: what is not whole after a minute is dropped; identifications are used again. */
const LIFETIME_NS = 60e9;

interface Piece {
	readonly offset: number;
	readonly bytes: Buffer;
}

interface Pending {
	readonly since: number;
	/** Null: one was cut, or they are too many, so that it will not become whole. */
	pieces: Piece[] | null;
	kept: number;
	/** Known when the last fragment has come. */
	total: number | null;
}

/** Puts IP fragments together (RFC 791, RFC 8200, 4.5). */
export class Fragments {
	readonly #pending = new AgedMap<string, Pending>();
	readonly #whole = new AgedMap<string, Buffer>();
	#lost = 0;

	/** Datagrams that will not become whole. */
	get lost(): number {
		return this.#lost;
	}

	/** No more fragments will come. */
	end(): void {
		this.#lost += this.#pending.size;
		this.#pending.clear();
	}

	/** Whether the datagram of a fragment is one that is not whole yet. */
	follows(datagram: Datagram): boolean {
		return this.#pending.size > 0 && this.#pending.has(keyOf(datagram));
	}

	/** Takes a fragment; true when it was the last one missing, and `datagram` then carries the whole payload. */
	take(datagram: Datagram, time: number): boolean {
		const { fragmentOffset, length } = datagram;
		// Behind the largest payload it is an attack, which shall not spoil the others.
		if (fragmentOffset + length > MAX_PAYLOAD_BYTES) {
			this.#lost++;
			return false;
		}
		const key = keyOf(datagram);
		const captured = datagram.bytes.subarray(datagram.start, datagram.end);
		if (
			this.#whole
				.get(key)
				?.subarray(fragmentOffset, fragmentOffset + length)
				.equals(captured) === true
		)
			return false;
		const pending = this.#find(key, time);
		const isRepeat = pending.pieces?.some(({ offset, bytes }) => offset === fragmentOffset && bytes.equals(captured));
		if (isRepeat === true) return false;
		if (!datagram.moreFragments) pending.total = fragmentOffset + length;
		pending.kept += length;
		const isCut = captured.length < length;
		const { pieces } = pending;
		if (pieces === null || isCut || pending.kept > MAX_PAYLOAD_BYTES || pieces.length >= MAX_PIECES) {
			pending.pieces = null;
			return false;
		}
		pieces.push({ offset: fragmentOffset, bytes: Buffer.from(captured) });
		const whole = assemble(pieces, pending);
		if (whole === null) return false;
		this.#pending.delete(key);
		this.#remember(key, whole);
		datagram.bytes = whole;
		datagram.start = 0;
		datagram.end = whole.length;
		datagram.length = whole.length;
		return true;
	}

	#find(key: string, time: number): Pending {
		const known = this.#pending.get(key);
		if (known !== undefined && time - known.since <= LIFETIME_NS) return known;
		if (known !== undefined) this.#giveUp(key);
		const { oldestKey } = this.#pending;
		if (this.#pending.size >= MAX_DATAGRAMS && oldestKey !== undefined) this.#giveUp(oldestKey);
		const pending: Pending = { since: time, pieces: [], kept: 0, total: null };
		this.#pending.set(key, pending);
		return pending;
	}

	#giveUp(key: string): void {
		this.#pending.delete(key);
		this.#lost++;
	}

	#remember(key: string, whole: Buffer): void {
		this.#whole.set(key, whole);
		this.#whole.renew(key);
		if (this.#whole.size > MAX_WHOLE) this.#whole.deleteOldest();
	}
}

const keyOf = ({ addresses, protocol, identification, family }: Datagram): string =>
	`${addresses.join()} ${family === 4 ? protocol : ''} ${identification}`;

/** The payload, when it has no holes any more: of overlaps what came first counts. */
const assemble = (pieces: readonly Piece[], { total, kept }: Pending): Buffer | null => {
	if (total === null || kept < total) return null;
	const whole = Buffer.alloc(total);
	let covered = 0;
	for (const { offset, bytes } of pieces.toSorted((a, b) => a.offset - b.offset)) {
		if (offset > covered) return null;
		const from = covered - offset;
		if (from >= bytes.length) continue;
		bytes.copy(whole, covered, from);
		covered = Math.min(total, offset + bytes.length);
	}
	return covered === total ? whole : null;
};
