import type { Datagram } from './ip.ts';

/** Datagrams of which a part has come: those of one burst; the oldest is given up for one more. */
const MAX_DATAGRAMS = 256;
/** The largest IP payload; also of all the pieces of one datagram, so that overlaps do not fill the memory. */
const MAX_PAYLOAD_BYTES = 65_535;
/** Pieces of one datagram: as many as its largest payload gives at the smallest MTU of IPv4, 68 (RFC 791). */
const MAX_PIECES = 1400;
/** RFC 8200, 4.5: what is not whole after a minute is dropped; identifications are used again. */
const LIFETIME_NS = 60e9;

interface Piece {
	readonly offset: number;
	readonly bytes: Buffer;
}

interface Pending {
	readonly since: number;
	readonly pieces: Piece[];
	kept: number;
	/** Known when the last fragment has come. */
	total: number | null;
}

/** Puts IP fragments together (RFC 791, RFC 8200, 4.5). */
export class Fragments {
	readonly #pending = new Map<string, Pending>();

	/** Takes a fragment; true when it was the last one missing, and `datagram` then carries the whole payload. */
	take(datagram: Datagram, time: number): boolean {
		const { addresses, protocol, identification, family, fragmentOffset, length } = datagram;
		// A cut fragment cannot be put together; one that reaches behind the largest payload is an attack.
		const isCut = datagram.end - datagram.start < length;
		if (isCut || fragmentOffset + length > MAX_PAYLOAD_BYTES) return false;
		const key = `${addresses.join()} ${family === 4 ? protocol : ''} ${identification}`;
		const pending = this.#find(key, time);
		if (!datagram.moreFragments) pending.total = fragmentOffset + length;
		pending.kept += length;
		if (pending.kept > MAX_PAYLOAD_BYTES || pending.pieces.length >= MAX_PIECES) {
			this.#pending.delete(key);
			return false;
		}
		const bytes = Buffer.from(datagram.bytes.subarray(datagram.start, datagram.end));
		pending.pieces.push({ offset: fragmentOffset, bytes });
		const whole = assemble(pending);
		if (whole === null) return false;
		this.#pending.delete(key);
		datagram.bytes = whole;
		datagram.start = 0;
		datagram.end = whole.length;
		datagram.length = whole.length;
		return true;
	}

	#find(key: string, time: number): Pending {
		const known = this.#pending.get(key);
		if (known !== undefined && time - known.since <= LIFETIME_NS) return known;
		this.#pending.delete(key);
		const [oldest] = this.#pending.keys();
		if (this.#pending.size >= MAX_DATAGRAMS && oldest !== undefined) this.#pending.delete(oldest);
		const pending: Pending = { since: time, pieces: [], kept: 0, total: null };
		this.#pending.set(key, pending);
		return pending;
	}
}

/** The payload, when it has no holes any more: of overlaps what came first counts. */
const assemble = ({ pieces, total, kept }: Pending): Buffer | null => {
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
