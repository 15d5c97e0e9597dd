import { formatGroups } from '../address.ts';

/** The address family of an event. */
type Family = number;

const formatIpv4 = (bytes: Uint8Array, at: number): string =>
	`${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`;

const formatIpv6 = (bytes: Uint8Array, at: number): string =>
	formatGroups(Array.from({ length: 8 }, (_, i) => ((bytes[at + 2 * i] ?? 0) << 8) | (bytes[at + 2 * i + 1] ?? 0)));

/** The text of the 16-byte address at `at`; IPv4 stands mapped in it. */
export const formatAddress = (bytes: Uint8Array, at: number, family: Family): string =>
	family === 4 ? formatIpv4(bytes, at + 12) : formatIpv6(bytes, at);
