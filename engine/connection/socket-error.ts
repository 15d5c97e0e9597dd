import type { CloseReason } from '../exchange/connection-columns.ts';
import type { Outcome } from '../exchange/exchange.ts';

interface SocketError {
	/** Of an exchange that was under way. */
	readonly outcome: Outcome;
	readonly closeReason: CloseReason;
}

const RESET: SocketError = { outcome: 'reset', closeReason: 'remote reset' };
const OTHER: SocketError = { outcome: 'closed', closeReason: 'error' };

/** include/uapi/asm-generic/errno-base.h and errno.h. */
const ERRORS: ReadonlyMap<number, SocketError> = new Map([
	[32, RESET], // EPIPE
	[104, RESET], // ECONNRESET
	[110, { outcome: 'timeout', closeReason: 'timeout' }], // ETIMEDOUT
	[111, { outcome: 'refused', closeReason: 'refused' }], // ECONNREFUSED
]);

/** What the error with which a socket ended says. */
export const socketError = (errno: number): SocketError => ERRORS.get(errno) ?? OTHER;
