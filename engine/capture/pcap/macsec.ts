/** Between Ethernet and what it carries (IEEE 802.1AE): flags, a length, a packet number and, where flags say so, the sender. */
export const MACSEC = 0x88e5;
const TAG_BYTES = 6;
const SENDER_BYTES = 8;
const HAS_SENDER = 0x20;
/** Encrypted, or changed in another way: else what follows is as it was, and only signed. */
const IS_CHANGED = 0x0c;

/**
 * Where the ethertype of what was signed stands, the tag at `at`; -1: nobody can read it. Where the capture was cut before the
 * ethertype, what lacks begins there: at `end`.
 */
export const behindMacsec = (bytes: Buffer, at: number, end: number): number => {
	const flags = at < end ? bytes[at]! : IS_CHANGED;
	if ((flags & IS_CHANGED) !== 0) return -1;
	const typeAt = at + TAG_BYTES + ((flags & HAS_SENDER) === 0 ? 0 : SENDER_BYTES);
	return typeAt + 2 > end ? end : typeAt;
};
