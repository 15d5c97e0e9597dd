/** The address family of an event. */
type Family = number;

const formatIpv4 = (bytes: Uint8Array, at: number): string =>
	`${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`;

/** Start and length of the longest run of zero groups; the first one of equals (RFC 5952, 4.2.3). */
const longestZeroRun = (groups: readonly number[]): readonly [number, number] => {
	let best: readonly [number, number] = [0, 0];
	let start = 0;
	for (let i = 0; i <= groups.length; i++) {
		if (groups[i] === 0) continue;
		if (i - start > best[1]) best = [start, i - start];
		start = i + 1;
	}
	return best;
};

/** Canonical text of IPv6 (RFC 5952). */
const formatIpv6 = (bytes: Uint8Array, at: number): string => {
	const groups = Array.from({ length: 8 }, (_, i) => ((bytes[at + 2 * i] ?? 0) << 8) | (bytes[at + 2 * i + 1] ?? 0));
	const text = (from: number, to: number): string =>
		groups
			.slice(from, to)
			.map((group) => group.toString(16))
			.join(':');
	const [start, length] = longestZeroRun(groups);
	return length < 2 ? text(0, 8) : `${text(0, start)}::${text(start + length, 8)}`;
};

/** The text of the 16-byte address at `at`; IPv4 stands mapped in it. */
export const formatAddress = (bytes: Uint8Array, at: number, family: Family): string =>
	family === 4 ? formatIpv4(bytes, at + 12) : formatIpv6(bytes, at);
