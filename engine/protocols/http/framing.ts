import { Anomaly } from './anomalies.ts';
import type { Head } from './head.ts';

/** How the end of a body is found: a number of bytes, or one of these. */
export const Framing = {
	chunked: -1,
	/** The body lasts to the end of the stream. */
	close: -2,
	/** The head does not tell, or it was not captured. */
	unknown: -3,
	/** What follows is no HTTP any more. */
	tunnel: -4,
} as const;

const isInformational = (status: number): boolean => status >= 100 && status < 200;

/** An answer to the request, as opposed to 1xx; 101 is the last HTTP message of its connection (RFC 9110, 15.2.2). */
export const isFinal = (status: number): boolean => !isInformational(status) || status === 101;

/** RFC 9112, 6.3, for requests. Without a length or coding there is no body. */
export const requestFraming = (head: Head): number => {
	if (head.transferCoding === 'chunked') return Framing.chunked;
	if (head.transferCoding === 'other' || (head.anomalies & Anomaly.badLength) !== 0) return Framing.unknown;
	return head.contentLength ?? 0;
};

/** RFC 9112, 6.3, for responses; the method of the request is empty where it is not known. */
export const responseFraming = (head: Head, method: string): number => {
	const status = head.status ?? 0;
	if (status === 101 || (method === 'CONNECT' && status >= 200 && status < 300)) return Framing.tunnel;
	if (isInformational(status) || status === 204 || status === 304 || method === 'HEAD') return 0;
	if (head.transferCoding === 'chunked') return Framing.chunked;
	if (head.transferCoding === 'other') return Framing.close;
	return head.contentLength ?? Framing.close;
};
