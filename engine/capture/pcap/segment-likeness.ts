import { u32 } from './integers.ts';
import type { Segment } from './segment.ts';

/** Where the acknowledgement stands, and behind it the length, flags and window; options, behind all. */
const ACK_AT = 8;
const WINDOW_AT = 12;
const OPTIONS_AT = 20;

const OPTION_END = 0;
const OPTION_NOTHING = 1;
/** RFC 7323, 3.2. */
const OPTION_STAMPS = 8;

/** FNV's prime. */
const mix = (hash: number, word: number): number => Math.imul(hash ^ word, 0x01000193);

/**
 * 16 bits of what is the same in two copies of a segment: of its header all but the checksum, which network cards compute,
 * and what stands in front of it.
 */
export const likenessOf = ({ bytes, header, start, captured }: Segment): number => {
	// Of what was cut in its options they are not there.
	const end = captured > 0 ? start : 0;
	let hash = mix(mix(0x811c9dc5 | 0, u32(bytes, header + ACK_AT)), u32(bytes, header + WINDOW_AT));
	for (let at = header + OPTIONS_AT; at + 4 <= end; at += 4) hash = mix(hash, u32(bytes, at));
	return (hash ^ (hash >>> 16)) & 0xffff;
};

/** Whether it tells the clock of its sender, which goes on before the segment can be sent again. */
export const isStamped = ({ bytes, header, start, captured }: Segment): boolean => {
	if (captured === 0) return false;
	for (let at = header + OPTIONS_AT; at + 2 <= start; ) {
		const kind = bytes[at]!;
		if (kind === OPTION_STAMPS) return true;
		if (kind === OPTION_END) return false;
		const length = kind === OPTION_NOTHING ? 1 : bytes[at + 1]!;
		if (length === 0) return false;
		at += length;
	}
	return false;
};
