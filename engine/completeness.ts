/** What each layer could not do. All are totals since the start; none of them may be hidden from the user. */
export interface Completeness {
	/** Events that found no room in the ring, and the stream bytes they stood for. */
	ringDrops: number;
	ringDropBytes: number;
	/** Kernel-side reads or map updates that failed. */
	helperFailures: number;
	/** Connections whose bytes went past the hooks of the capture, and these bytes. */
	unseen: number;
	unseenBytes: number;
	/** Connections over native MPTCP, and their bytes. */
	mptcp: number;
	mptcpBytes: number;
	/** Holes in byte streams, and their length. */
	gaps: number;
	gapBytes: number;
	/** Messages of which a part that the query asked for was not captured. */
	truncated: number;
	/** Bytes of a known protocol that its parser made no sense of. */
	unparsedBytes: number;
	/** Bytes of connections that speak none of the protocols that are asked for: not shown, but no loss either. */
	otherBytes: number;
	/** The same of connections that speak TLS, or HTTP/2: what they carry may be what is asked for. */
	tlsBytes: number;
	http2Bytes: number;
	/** Responses without a request, or the like. */
	unpaired: number;
	/** Responses to requests that were sent before the capture began: not shown, but no loss either. */
	earlier: number;
	/** Connections, streams, messages or rows given up because a bound was reached. */
	overflowed: number;
	/** Rows that came after their window was closed. */
	lateRows: number;
	/** Groups folded into `(other)`. */
	foldedGroups: number;
	/** Values that could not be converted. */
	failedConversions: number;
	/** Exchanges without addresses, of logs, that packets were to be made of. */
	unaddressed: number;
	/** Bytes missing at the end of a torn recording. */
	tornBytes: number;
	/** Lines of logs that are no exchanges. */
	wrongLines: number;
	/** Packets of captures that were cut within their TCP headers, or before them. */
	cutHeaders: number;
	/** Packets of captures in tunnels that are not looked into: encrypted, of another kind, or within too many others. */
	closedTunnels: number;
	/** Packets that captures say they missed. */
	captureDrops: number;
	/** Packets of captures of whose fragments some were missing or cut. */
	brokenPackets: number;
	/** Bytes missing at the end of packet captures and logs. */
	cutBytes: number;
	/** Files of which nothing was read behind the place where they are damaged. */
	damagedFiles: number;
	/** Bytes of recordings that were left out because they are not what was written. */
	damagedBytes: number;
}

export const newCompleteness = (): Completeness => ({
	ringDrops: 0,
	ringDropBytes: 0,
	helperFailures: 0,
	unseen: 0,
	unseenBytes: 0,
	mptcp: 0,
	mptcpBytes: 0,
	gaps: 0,
	gapBytes: 0,
	truncated: 0,
	unparsedBytes: 0,
	otherBytes: 0,
	tlsBytes: 0,
	http2Bytes: 0,
	unpaired: 0,
	earlier: 0,
	overflowed: 0,
	lateRows: 0,
	foldedGroups: 0,
	failedConversions: 0,
	unaddressed: 0,
	tornBytes: 0,
	wrongLines: 0,
	cutHeaders: 0,
	closedTunnels: 0,
	captureDrops: 0,
	brokenPackets: 0,
	cutBytes: 0,
	damagedFiles: 0,
	damagedBytes: 0,
});

const NAMES = Object.keys(newCompleteness()) as (keyof Completeness)[];

/** What several sources could not do, together. */
export function sumOf(all: readonly Completeness[]): Completeness {
	const sum = newCompleteness();
	for (const one of all) for (const name of NAMES) sum[name] += one[name];
	return sum;
}
