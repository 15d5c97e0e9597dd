/** The tunnels of mobile networks, GTP-U: where what users send goes from one station to the next (3GPP TS 29.281). */
export const GTP_PORT = 2152;

const HEADER_BYTES = 8;
/** Version 1, and not GTP' of charging. */
const VERSION = 0xf0;
const VERSION_1 = 0x30;
/** Any of extension header, sequence number and N-PDU number: then all of their fields are there. */
const HAS_FIELDS = 0x07;
const HAS_EXTENSIONS = 0x04;
const FIELDS_BYTES = 4;
/** Packets of users; other messages are about the tunnel. */
const PACKET = 255;

/** Whether a message, of which two bytes are there, is a packet of a user, be it IP or a frame. */
export const carriesPackets = (bytes: Buffer, at: number): boolean =>
	(bytes[at]! & VERSION) === VERSION_1 && bytes[at + 1] === PACKET;

/** Where the packet that GTP-U carries begins, or the end of it when it was cut before; -1: it carries none. */
export const insideGtp = (bytes: Buffer, at: number, end: number): number => {
	if (at + HEADER_BYTES > end) return end;
	const flags = bytes[at]!;
	if (!carriesPackets(bytes, at)) return -1;
	const ip = (flags & HAS_FIELDS) === 0 ? at + HEADER_BYTES : behindFields(flags, bytes, at + HEADER_BYTES, end);
	if (ip >= end) return end;
	const version = (bytes[ip] ?? 0) >> 4;
	return version === 4 || version === 6 ? ip : -1;
};

/** Extension headers count their length in words, and each ends with the type of the next one; -1: none is so short. */
const behindFields = (flags: number, bytes: Buffer, fields: number, end: number): number => {
	let at = fields + FIELDS_BYTES;
	if ((flags & HAS_EXTENSIONS) === 0) return at;
	while (at < end && bytes[at - 1] !== 0) {
		const words = bytes[at]!;
		if (words === 0) return -1;
		at += 4 * words;
	}
	return at;
};
