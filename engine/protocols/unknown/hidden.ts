import type { Completeness } from '../../completeness.ts';
import { looksLikeHttp2 } from './http2.ts';
import { looksLikeTls } from './tls.ts';

/** Where the bytes are counted of a protocol that may carry what is asked for, and is not read: who misses it learns why. */
export type Hidden = Extract<keyof Completeness, 'tlsBytes' | 'http2Bytes'>;

/** Of `bytes[start, end)`, which no protocol has recognised. */
export function hiddenIn(bytes: Buffer, start: number, end: number): Hidden | null {
	if (looksLikeTls(bytes, start, end)) return 'tlsBytes';
	return looksLikeHttp2(bytes, start, end) ? 'http2Bytes' : null;
}
