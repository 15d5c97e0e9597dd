import type { Completeness } from '../completeness.ts';
import { counted, size } from './units.ts';

/** A kind of loss: how much of it there is, and this in words. Sizes that belong to a count stand beside it. */
interface Kind {
	readonly name: keyof Completeness;
	readonly words: (c: Completeness) => string;
}

const KINDS: readonly Kind[] = [
	{
		name: 'ringDrops',
		words: (c) =>
			`${counted(c.ringDrops, 'event')} (${size(c.ringDropBytes)}) dropped because the ring buffer was full`,
	},
	{ name: 'helperFailures', words: (c) => `${counted(c.helperFailures, 'read')} failed in the kernel` },
	{
		name: 'unseen',
		words: (c) =>
			`${counted(c.unseen, 'connection')} (${size(c.unseenBytes)}) past the system calls that are watched, as by io_uring or a 32-bit program: --capture-mode=socket sees them`,
	},
	{
		name: 'mptcp',
		words: (c) => `${counted(c.mptcp, 'connection')} (${size(c.mptcpBytes)}) over MPTCP, which is not read`,
	},
	{ name: 'gaps', words: (c) => `${counted(c.gaps, 'gap')} (${size(c.gapBytes)}) in byte streams` },
	{ name: 'truncated', words: (c) => `${counted(c.truncated, 'message')} not captured whole` },
	{ name: 'unparsedBytes', words: (c) => `${size(c.unparsedBytes)} that no parser understood` },
	{ name: 'unpaired', words: (c) => `${counted(c.unpaired, 'response')} without a request` },
	{
		name: 'overflowed',
		words: (c) =>
			`${counted(c.overflowed, 'connection, message or row', 'connections, messages or rows')} given up at a limit`,
	},
	{ name: 'lateRows', words: (c) => `${counted(c.lateRows, 'row')} too late for a closed window` },
	{ name: 'foldedGroups', words: (c) => `${counted(c.foldedGroups, 'group')} folded into (other)` },
	{ name: 'failedConversions', words: (c) => `${counted(c.failedConversions, 'value')} that could not be converted` },
	{
		name: 'unaddressed',
		words: (c) => `${counted(c.unaddressed, 'exchange')} without addresses, not written as packets`,
	},
	{
		name: 'tornBytes',
		words: (c) =>
			`the recording is torn: at least ${counted(c.tornBytes, 'byte')} missing at its end, and all that came after`,
	},
	{ name: 'cutHeaders', words: (c) => `${counted(c.cutHeaders, 'packet')} captured without the whole header` },
	{
		name: 'closedTunnels',
		words: (c) => `${counted(c.closedTunnels, 'packet')} in tunnels that are not looked into, as of IPsec`,
	},
	{ name: 'captureDrops', words: (c) => `${counted(c.captureDrops, 'packet')} that the capture says it missed` },
	{ name: 'brokenPackets', words: (c) => `${counted(c.brokenPackets, 'packet')} of which IP fragments are missing` },
	{ name: 'wrongLines', words: (c) => `${counted(c.wrongLines, 'line')} of a log without an exchange` },
	{
		name: 'cutBytes',
		words: (c) => `a file is cut off: at least ${counted(c.cutBytes, 'byte')} missing at its end`,
	},
	{ name: 'damagedBytes', words: (c) => `${counted(c.damagedBytes, 'byte')} of a damaged recording` },
	{ name: 'damagedFiles', words: (c) => `the rest of ${counted(c.damagedFiles, 'damaged file')}` },
];

/** What was lost, in words; empty when nothing was. */
export const losses = (completeness: Completeness): string[] =>
	KINDS.filter(({ name }) => completeness[name] > 0).map(({ words }) => words(completeness));

/** Whether of any kind ten times as much was lost as was told, or any where none was. */
export const isMuchMore = (completeness: Completeness, told: Completeness): boolean =>
	KINDS.some(({ name }) => completeness[name] > 0 && completeness[name] >= 10 * told[name]);

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
