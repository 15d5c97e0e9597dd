import type { Completeness } from '../../../../engine/completeness.ts';
import type { Conversation } from '../../../support/conversations.ts';

export interface HttpCase extends Conversation {
	readonly name: string;
	/** Summaries of the exchanges, in order. */
	readonly expected: readonly string[];
	/** Body of the last response, when it matters. */
	readonly body?: string | null;
	/** Counters that are not 0. */
	readonly counts?: Partial<Completeness>;
}

/** 28 bytes. */
export const GET = 'GET /a HTTP/1.1\r\nHost: x\r\n\r\n';
/** 40 bytes. */
export const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi';
/** A head of 47 bytes. */
export const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
