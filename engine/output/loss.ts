import type { Completeness } from '../completeness.ts';
import { counted, size } from './units.ts';

/** Each kind of loss in words, or null when there is none of it. Sizes that belong to a count stand beside it. */
const KINDS: readonly ((c: Completeness) => string | null)[] = [
	(c) =>
		c.ringDrops === 0
			? null
			: `${counted(c.ringDrops, 'event')} (${size(c.ringDropBytes)}) dropped because the ring buffer was full`,
	(c) => (c.helperFailures === 0 ? null : `${counted(c.helperFailures, 'read')} failed in the kernel`),
	(c) =>
		c.unseen === 0
			? null
			: `${counted(c.unseen, 'connection')} (${size(c.unseenBytes)}) past the system calls that are watched, as by io_uring or a 32-bit program: --capture-mode=socket sees them`,
	(c) =>
		c.mptcp === 0 ? null : `${counted(c.mptcp, 'connection')} (${size(c.mptcpBytes)}) over MPTCP, which is not read`,
	(c) => (c.gaps === 0 ? null : `${counted(c.gaps, 'gap')} (${size(c.gapBytes)}) in byte streams`),
	(c) => (c.truncated === 0 ? null : `${counted(c.truncated, 'message')} not captured whole`),
	(c) => (c.unparsedBytes === 0 ? null : `${size(c.unparsedBytes)} that no parser understood`),
	(c) => (c.unpaired === 0 ? null : `${counted(c.unpaired, 'response')} without a request`),
	(c) =>
		c.overflowed === 0
			? null
			: `${counted(c.overflowed, 'connection, message or row', 'connections, messages or rows')} given up at a limit`,
	(c) => (c.lateRows === 0 ? null : `${counted(c.lateRows, 'row')} too late for a closed window`),
	(c) => (c.foldedGroups === 0 ? null : `${counted(c.foldedGroups, 'group')} folded into (other)`),
	(c) => (c.failedConversions === 0 ? null : `${counted(c.failedConversions, 'value')} that could not be converted`),
	(c) =>
		c.unaddressed === 0 ? null : `${counted(c.unaddressed, 'exchange')} without addresses, not written as packets`,
	(c) =>
		c.tornBytes === 0
			? null
			: `the recording is torn: at least ${counted(c.tornBytes, 'byte')} missing at its end, and all that came after`,
	(c) => (c.cutHeaders === 0 ? null : `${counted(c.cutHeaders, 'packet')} captured without the whole header`),
	(c) =>
		c.closedTunnels === 0
			? null
			: `${counted(c.closedTunnels, 'packet')} in tunnels that are not looked into, as of IPsec`,
	(c) => (c.captureDrops === 0 ? null : `${counted(c.captureDrops, 'packet')} that the capture says it missed`),
	(c) => (c.brokenPackets === 0 ? null : `${counted(c.brokenPackets, 'packet')} of which IP fragments are missing`),
	(c) => (c.wrongLines === 0 ? null : `${counted(c.wrongLines, 'line')} of a log without an exchange`),
	(c) => (c.cutBytes === 0 ? null : `a file is cut off: at least ${counted(c.cutBytes, 'byte')} missing at its end`),
	(c) => (c.damagedBytes === 0 ? null : `${counted(c.damagedBytes, 'byte')} of a damaged recording`),
	(c) => (c.damagedFiles === 0 ? null : `the rest of ${counted(c.damagedFiles, 'damaged file')}`),
];

/** What was lost, in words; empty when nothing was. */
export const losses = (completeness: Completeness): string[] =>
	KINDS.map((kind) => kind(completeness)).filter((words) => words !== null);

/** What was seen, and is neither shown nor lost. */
const othersOf = ({ earlier, tlsBytes, http2Bytes, otherBytes }: Completeness): string[] => [
	...(earlier === 0 ? [] : [`${counted(earlier, 'response')} to requests of before the capture`]),
	...(tlsBytes === 0 ? [] : [`${size(tlsBytes)} of TLS, which is not decrypted`]),
	...(http2Bytes === 0 ? [] : [`${size(http2Bytes)} of HTTP/2, which is not read`]),
	...(otherBytes === 0 ? [] : [`${size(otherBytes)} of other protocols`]),
];

/** `10,000 exchanges, nothing lost`, or what was lost; `rows` is told where it differs. Without exchanges: rows are of none. */
export function completenessLine(exchanges: number | null, rows: number | null, completeness: Completeness): string {
	const lost = losses(completeness);
	const of = [
		...(rows === null || rows === exchanges ? [] : [counted(rows, 'row')]),
		...(exchanges === null ? [] : [counted(exchanges, 'exchange')]),
	].join(' from ');
	const others = othersOf(completeness);
	const other = others.length === 0 ? '' : ` (and ${others.join(', ')})`;
	return `${of === '' ? '' : `${of}, `}${lost.length === 0 ? 'nothing lost' : `lost: ${lost.join('; ')}`}${other}`;
}
