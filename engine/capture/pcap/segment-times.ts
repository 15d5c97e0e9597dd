import { Holes } from './holes.ts';
import { OVERTAKEN_NS } from './patience.ts';
import type { Segment } from './segment.ts';
import { type FileCopies, SentSegments } from './sent-segments.ts';

/** A handshake takes a little more than a round trip: both ends make a connection in it. */
const HANDSHAKE_SHARE = 0.9;

/** A double, as positions and times are: see NOT_YET. */
const UNKNOWN = Number.NEGATIVE_INFINITY;

/** What the stamps of the segments of one direction tell, at the capture point. */
export class SegmentTimes {
	/** Behind the highest byte that was seen, and when that came; and where bytes before it are missing. */
	#top = UNKNOWN;
	#topAt = UNKNOWN;
	readonly #holes = new Holes();
	readonly #segments: SentSegments;
	/** The end of a segment whose acknowledgement is awaited, and when it came. */
	#awaited = UNKNOWN;
	#awaitedSince = UNKNOWN;
	#trip: number | null = null;
	/** Of the first segment. */
	#iface: string | null | undefined;
	#point = 0;

	constructor(copies: FileCopies) {
		this.#segments = new SentSegments(copies);
	}

	/** The shortest time from a segment to its acknowledgement, ns: longer ones were delayed. Null before the first. */
	get trip(): number | null {
		return this.#trip;
	}

	/** Whether a segment passed where the first one did: what another interface, or another capture, saw of the same way is no retransmission. */
	sees({ iface, point }: Segment): boolean {
		if (this.#iface === undefined) {
			this.#iface = iface;
			this.#point = point;
		}
		return iface === this.#iface && point === this.#point;
	}

	/**
	 * Takes a segment whose bytes begin at `pos`; true when it is a retransmission. Up to `next` nothing is missing.
	 * `isKnown`: all of its bytes were seen before.
	 * `handshake` is the round trip as the handshake told it, or null.
	 */
	take(pos: number, segment: Segment, next: number, isKnown: boolean, handshake: number | null): boolean {
		const { time } = segment;
		const end = pos + segment.length;
		if (this.#top === UNKNOWN && pos > next) {
			this.#top = next;
			this.#topAt = time;
		}
		if (pos < this.#top && this.#segments.has(pos, segment, end === this.#top)) return false;
		this.#segments.add(pos, segment);
		const isProbe = end - pos === 1 && end === this.#top;
		const isBehind = pos < this.#top && !isProbe;
		// Others may have gone on coming behind the hole: what is sent again comes a round trip after the first of them.
		const since = isBehind ? (this.#holes.fill(pos, end) ?? this.#topAt) : time;
		const isRepeat =
			isBehind && (isKnown || time - since >= (handshake === null ? OVERTAKEN_NS : HANDSHAKE_SHARE * handshake));
		// What was sent twice does not tell which of the two is acknowledged (RFC 6298, section 3).
		if (isRepeat) this.#awaited = UNKNOWN;
		else if (this.#awaited === UNKNOWN && end > this.#top) {
			this.#awaited = end;
			this.#awaitedSince = time;
		}
		if (end > this.#top) {
			if (pos > this.#top && this.#top !== UNKNOWN) this.#holes.add(this.#top, pos, time);
			this.#top = end;
			this.#topAt = time;
		}
		return isRepeat;
	}

	/** The other end has received what is before `pos`. */
	acknowledged(pos: number, time: number): void {
		if (this.#awaited === UNKNOWN || pos < this.#awaited) return;
		const took = time - this.#awaitedSince;
		this.#awaited = UNKNOWN;
		// Stamps may go back.
		if (took >= 0) this.#trip = Math.min(took, this.#trip ?? took);
	}
}
