import { Role } from '../events.ts';
import { OVERTAKEN_NS } from './patience.ts';
import { type Segment, TcpFlag } from './segment.ts';

/** What a capture has of the handshake of a connection (RFC 9293, 3.5): when each of its packets passed; null: not seen. */
export class Handshake {
	#synAt: number | null = null;
	/** The SYN, or the answer to it before anything came back. */
	#isRepeated = false;
	#synAckAt: number | null = null;
	#ackAt: number | null = null;

	/** A segment with SYN. */
	synchronised({ flags, time }: Segment): void {
		if ((flags & TcpFlag.ack) !== 0) {
			if (this.#ackAt === null && isAgain(this.#synAckAt, time)) this.#isRepeated = true;
			if (this.#synAt !== null) this.#synAckAt ??= time;
			return;
		}
		if (isAgain(this.#synAt, time)) this.#isRepeated = true;
		this.#synAt ??= time;
	}

	/** A segment of the client without SYN. */
	went(time: number): void {
		if (this.#synAckAt !== null) this.#ackAt ??= time;
	}

	/**
	 * From the SYN to what ends the handshake: the round trip, wherever on the way the packets were captured. Of what was
	 * sent again nobody knows which was answered (RFC 6298, section 3).
	 */
	get trip(): number | null {
		if (this.#synAt === null || this.#ackAt === null || this.#isRepeated) return null;
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

/** Whether what came before was sent again: soon behind the first it is the same one, on another interface. */
const isAgain = (before: number | null, time: number): boolean => before !== null && time - before >= OVERTAKEN_NS;
