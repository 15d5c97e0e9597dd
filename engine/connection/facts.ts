import type { CloseReason, ConnectionFacts, TcpState } from '../exchange/connection-columns.ts';
import type { Process } from '../exchange/exchange.ts';
import { socketError } from './socket-error.ts';

/** include/net/tcp_states.h, by the names of RFC 9293, section 3.3.2. */
const STATES: ReadonlyMap<number, TcpState> = new Map([
	[1, 'ESTABLISHED'],
	[2, 'SYN-SENT'],
	[3, 'SYN-RECEIVED'],
	[4, 'FIN-WAIT-1'],
	[5, 'FIN-WAIT-2'],
	[6, 'TIME-WAIT'],
	[7, 'CLOSED'],
	[8, 'CLOSE-WAIT'],
	[9, 'LAST-ACK'],
	[11, 'CLOSING'],
]);

/** Which end has closed first, of states that tell it. */
const CLOSED_BY: ReadonlyMap<TcpState, CloseReason> = new Map([
	['FIN-WAIT-1', 'local close'],
	['FIN-WAIT-2', 'local close'],
	['CLOSING', 'local close'],
	['TIME-WAIT', 'local close'],
	['CLOSE-WAIT', 'remote close'],
	['LAST-ACK', 'remote close'],
]);

/** States of a connection whose own end has sent no FIN. */
const BEFORE_FIN: ReadonlySet<TcpState> = new Set(['SYN-RECEIVED', 'ESTABLISHED', 'CLOSE-WAIT']);

/** What was known of a connection when it was first seen. Times are ns since the start of the capture. */
export interface FirstFacts {
	readonly openedAt: number | null;
	/** Its handshake was seen to its end. */
	readonly established: boolean;
	/** Thread group id of the process that holds the socket; 0: not known. */
	readonly tgid: number;
	/** Of include/net/tcp_states.h; 0: not known. */
	readonly state: number;
	/** Errno of a socket that had ended before; 0: none. */
	readonly error: number;
	/** Bytes that the process had read and written before. */
	readonly inBefore: number;
	readonly outBefore: number;
}

/** The row of a connection in the table of connections, as it grows. */
export class Facts implements ConnectionFacts {
	readonly openedAt: number | null;
	readonly #process: (tgid: number) => Process | null;
	#owner: Process | null;
	#state: TcpState;
	bytesReceived: number;
	bytesSent: number;
	rtt: number | null = null;
	retransmits: number | null = null;
	protocol: string | null = null;
	closeReason: CloseReason | null = null;
	/** Its process has ended it without a FIN: the other end gets a reset. */
	hasReset = false;

	constructor(first: FirstFacts, process: (tgid: number) => Process | null) {
		this.openedAt = first.openedAt;
		this.#process = process;
		this.#owner = process(first.tgid);
		// Of a connection that talks it is the only likely one.
		const state = STATES.get(first.state) ?? 'ESTABLISHED';
		// The kernel tells of a change before it makes it.
		this.#state = state === 'SYN-SENT' && first.established ? 'ESTABLISHED' : state;
		this.closeReason = first.error === 0 ? (CLOSED_BY.get(this.#state) ?? null) : socketError(first.error).closeReason;
		this.bytesReceived = first.inBefore;
		this.bytesSent = first.outBefore;
	}

	get state(): TcpState {
		return this.#state;
	}

	/** With what has become known of the process since. */
	get owner(): Process | null {
		const latest = this.#owner && this.#process(this.#owner.pid);
		return latest?.started === this.#owner?.started ? latest : this.#owner;
	}

	/** A process has sent or received so many bytes. */
	moved(isIn: boolean, bytes: number, tgid: number): void {
		if (isIn) this.bytesReceived += bytes;
		else this.bytesSent += bytes;
		if (tgid !== 0 && tgid !== this.#owner?.pid) this.#owner = this.#process(tgid);
	}

	/** What TCP has counted: the round trip in ns, null where none was measured, and segments sent again. */
	counted(rtt: number | null, retransmits: number): void {
		this.rtt = rtt;
		this.retransmits = retransmits;
	}

	/** The TCP state has changed; `error` is 0 or an errno. */
	entered(newState: number, error: number): void {
		const state = STATES.get(newState);
		if (state === undefined) return;
		if (error !== 0) this.closeReason = socketError(error).closeReason;
		else this.closeReason ??= CLOSED_BY.get(state) ?? null;
		if (state === 'CLOSED' && error === 0) this.hasReset = BEFORE_FIN.has(this.#state);
		// Without a FIN of either end: a process that leaves bytes unread sends a reset (RFC 2525, section 2.17).
		if (state === 'CLOSED') this.closeReason ??= this.#state === 'SYN-SENT' ? 'local close' : 'local reset';
		this.#state = state;
	}

	/** The socket is gone: its process has let go of it, or has ended. */
	closed(error: number): void {
		// Who resets a connection has that error, too: tcp_disconnect() sets it behind the change of the state.
		this.closeReason ??= error === 0 ? 'local close' : socketError(error).closeReason;
		this.#state = 'CLOSED';
	}
}
