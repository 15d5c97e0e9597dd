import { i32, u16 } from './integers.ts';

/** Data begins with its type and three zeros; receiver and counter follow, then what is encrypted (wireguard.com/protocol). */
const DATA = 0x04_00_00_00;
const COUNTER_HIGH = 12;
const HEADER_BYTES = 16;
/** With the tag of what is encrypted. What has no more keeps the tunnel open. */
const EMPTY_BYTES = 32;
/** What is encrypted is padded to 16, but not beyond the MTU of the tunnel, which is seldom less. */
const PADDED_BYTES = 16;
const LONG_BYTES = 1280;

/**
 * Whether a UDP datagram at `at` carries a packet of WireGuard, which has no port of its own: eight bytes of it are known, as keys
 * are used for far less than 2^32 packets (two minutes).
 */
export const isWireguard = (bytes: Buffer, at: number, end: number): boolean => {
	const data = at + 8;
	if (data + HEADER_BYTES > end || i32(bytes, data) !== DATA || i32(bytes, data + COUNTER_HIGH) !== 0) return false;
	const length = u16(bytes, at + 4) - 8;
	return length > EMPTY_BYTES && (length % PADDED_BYTES === 0 || length >= LONG_BYTES);
};
