import { Role } from '../events.ts';
import { OVERTAKEN_NS } from './patience.ts';
import { type Segment, TcpFlag } from './segment.ts';

/** What a capture has of the handshake of a connection (RFC 9293, 3.5): when each of its packets passed; null: not seen. */
export class Handshake {
	#synAt: number | null = null;
	#isSynRepeated = false;
	#synAckAt: number | null = null;
	#ackAt: number | null = null;

	/** A segment with SYN. */
	synchronised({ flags, time }: Segment): void {
		if ((flags & TcpFlag.ack) !== 0) {
			if (this.#synAt !== null) this.#synAckAt ??= time;
			return;
		}
		// Soon behind the first it is the same one, on another interface.
		if (this.#synAt !== null && time - this.#synAt >= OVERTAKEN_NS) this.#isSynRepeated = true;
		this.#synAt ??= time;
	}

	/** A segment of the client without SYN. */
	went(time: number): void {
		if (this.#synAckAt !== null) this.#ackAt ??= time;
	}

	/**
	 * From the SYN to what ends the handshake: the round trip, wherever on the way the packets were captured. Of one that was
	 * sent again nobody knows which was answered (RFC 6298, section 3).
	 */
	get trip(): number | null {
		if (this.#synAt === null || this.#ackAt === null || this.#isSynRepeated) return null;
		const took = this.#ackAt - this.#synAt;
		return took < 0 ? null : took;
	}

	/** As the event tells it that opens the connection, of the client or the server. */
	opening(isClient: boolean): {
		readonly role: number;
		readonly openedAt: number | null;
		readonly establishedAt: number | null;
	} {
		const isKnown = this.#synAt !== null || this.#synAckAt !== null;
		return {
			role: !isKnown ? Role.unknown : isClient ? Role.client : Role.server,
			openedAt: this.#synAt,
			establishedAt: isClient ? this.#synAckAt : this.#ackAt,
		};
	}
}
