import type { ValueMap } from './field.ts';
import type { MessageStages } from './stages.ts';

/** A process is its thread group id and start time; names are what was known when it was first seen, refined by exec. */
export interface Process {
	/** Tells processes apart; pidOf() is what is shown. */
	readonly pid: number;
	readonly started: bigint;
	comm: string | null;
	/** Path where /proc told it, else the base name. */
	exe: string | null;
}

/** One observed end of a connection. Times are ns since the start of the capture. */
export interface Endpoint {
	/** Identity of the connection, equal at both ends, stable within a capture. */
	readonly conn: string;
	side: 'client' | 'server' | null;
	readonly localIp: string;
	readonly localPort: number;
	readonly remoteIp: string;
	readonly remotePort: number;
	/** Name of the remote address; absent: no capture told one. */
	readonly remoteName?: string | null;
	readonly netns: number;
	/** Absent: TCP. */
	readonly transport?: 'tcp' | 'udp';
	/** SYN to established as this end saw it; null where the handshake was not seen. */
	connectTime: number | null;
	/** The other end, where it is observed too. */
	peer?: { readonly owner: Process | null };
}

/** A datagram or a part of a stream as it was on the wire: the first bytes of its `length`. */
export interface WirePart {
	readonly bytes: Uint8Array;
	readonly length: number;
}

/** A request or a response. */
export interface Message {
	/** Stream position of the first byte. */
	readonly pos: number;
	/** Bytes on the wire, exact also when not all were captured. */
	size: number;
	/** When the first byte was sent to or read from TCP by the process, and the last. */
	firstTime: number;
	lastTime: number;
	/** Part of the payload that the query asked for was not captured. */
	truncated: boolean;
	/** It has more of a body than `body` holds, because the query asked for no more. */
	clipped?: boolean;
	/** Start line and header fields as captured. */
	head: Uint8Array;
	/** The same, one character a byte; absent where it is not kept so. */
	readonly headText?: string;
	/**
	 * Captured body bytes without the framing of chunks, their content codings undone; null when none were kept. Decoded
	 * when read.
	 */
	readonly body: Uint8Array | null;
	/** Character set that the message declares for its body, or null; absent where the protocol has none. */
	readonly charset?: () => string | null;
	/** Header fields, names in lower case; absent where the protocol has none. Decoded when called. */
	readonly headers?: () => ValueMap;
	/** What it had on the wire where that is more than head and body; absent: it is not. */
	readonly wire?: () => readonly WirePart[];
	/** `wire` has fewer frames than there were, or others: it need not be `size` bytes. */
	readonly reframed?: true;
	/** Its way through the kernel; absent where the capture took no stages. Worked out when it is read. */
	stages?: MessageStages;
}

/** `unknown`: part of the traffic was lost, and with it perhaps the answer. */
export type Outcome = 'ok' | 'error' | 'reset' | 'refused' | 'closed' | 'timeout' | 'waiting' | 'unknown';

/**
 * A request and its answer, as one end saw them. Protocols extend it; what a query does not ask for is not decoded.
 * `request` is null only where an answer was seen without its request.
 */
export interface Exchange {
	readonly protocol: string;
	readonly endpoint: Endpoint;
	/** The process that sent or read it at the observed end. */
	readonly owner: Process | null;
	/** The process at the other end as it was known when the exchange ended; null: not then; absent: nobody asks. */
	peerOwner?: Process | null;
	readonly request: Message | null;
	readonly response: Message | null;
	outcome: Outcome;
	/** When the outcome became known: last byte of the response, or the reset, close or end of the capture. */
	readonly endTime: number;
	/** First byte of the request (or of the response where there is none). */
	readonly startTime: number;
	/** The protocol's numeric status; absent or null where it has none or no answer came. */
	readonly status?: number | null;
	/** The end of the connection is the end of the answer; absent: it is not. */
	readonly lastsToClose?: boolean;
	/** The protocol's own words for a failure. */
	readonly error?: string | null;
}

/**
 * Whether a value is a whole exchange, as `arg_max(latency, this)` gives. What was decoded from captured bytes, such as a
 * JSON body, is none whatever its names are: those are plain records, and every exchange is of a class.
 */
export const isExchange = (value: object | string | number | boolean | null): value is Exchange => {
	if (typeof value !== 'object' || value === null || !('endpoint' in value && 'startTime' in value)) return false;
	const prototype: unknown = Object.getPrototypeOf(value);
	return prototype !== null && prototype !== Object.prototype;
};
