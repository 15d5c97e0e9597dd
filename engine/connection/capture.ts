import type { Completeness } from '../completeness.ts';
import type { Exchange, Process } from '../exchange/exchange.ts';
import type { ProtocolModule } from '../protocols/protocol.ts';

/** What all connections of a capture share. */
export interface Capture {
	readonly protocols: readonly ProtocolModule[];
	/** What no protocol recognises is wanted as well. */
	readonly unknown: boolean;
	/** Exchanges of the protocol with that name are: others may only have been asked what it is. */
	readonly isRead: (protocol: string) => boolean;
	readonly bodyBytes: number;
	/** As of CaptureDemand: names of the fields that are read. */
	readonly fields: readonly string[] | undefined;
	/** The process at the other end is asked for. */
	readonly peers: boolean;
	readonly completeness: Completeness;
	/** Largest time of an event so far. */
	readonly now: number;
	readonly process: (tgid: number) => Process | null;
	readonly emit: (exchange: Exchange) => void;
	/** `giveUp` is called when `who` has waited long enough. */
	readonly wait: (who: object, giveUp: () => void) => void;
	/** It waits no longer. */
	readonly progress: (who: object) => void;
}
