/** Address family, version, and number of the group. */
const HEADER_BYTES = 4;
/** Length, which counts these too, and type. */
const ATTRIBUTE_BYTES = 4;
/** NFULA_PAYLOAD (linux/netfilter/nfnetlink_log.h). */
const PAYLOAD = 9;
/** Flags of netlink in the type. */
const TYPE_MASK = 0x3fff;

const payloadIn = (bytes: Buffer, start: number, end: number, isLittle: boolean): number => {
	const u16 = (at: number): number => (isLittle ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at));
	for (let at = start + HEADER_BYTES; at + ATTRIBUTE_BYTES <= end; ) {
		const length = u16(at);
		if (length < ATTRIBUTE_BYTES) return -1;
		if ((u16(at + 2) & TYPE_MASK) === PAYLOAD) return at + ATTRIBUTE_BYTES;
		at += Math.ceil(length / 4) * 4;
	}
	return -1;
};

/** What a rule of the firewall logged: IP in one of several attributes, in the byte order of the host that wrote them. */
export const nflog = (bytes: Buffer, start: number, end: number): number => {
	const packet = payloadIn(bytes, start, end, true);
	return packet === -1 ? payloadIn(bytes, start, end, false) : packet;
};
