/** Between Ethernet and what it carries (IEEE 802.1AE): flags, a length, a packet number and, where flags say so, the sender. */
export const MACSEC = 0x88e5;
const TAG_BYTES = 6;
const SENDER_BYTES = 8;
const HAS_SENDER = 0x20;
/** Encrypted, or changed in another way: else what follows is as it was, and only signed. */
const IS_CHANGED = 0x0c;

/** Where the ethertype of what was signed stands, the tag at `at`; -1: nobody can read it. */
export const behindMacsec = (bytes: Buffer, at: number): number => {
	const flags = bytes[at] ?? IS_CHANGED;
	return (flags & IS_CHANGED) !== 0 ? -1 : at + TAG_BYTES + ((flags & HAS_SENDER) === 0 ? 0 : SENDER_BYTES);
};
