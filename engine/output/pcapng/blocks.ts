/* draft-ietf-opsawg-pcapng, little-endian: a section, one interface of raw IP packets, and packets with comments. */

const SECTION = 0x0a0d0d0a;
const INTERFACE = 1;
const ENHANCED_PACKET = 6;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
/** LINKTYPE_RAW (tcpdump.org/linktypes.html). */
const RAW_IP = 101;

const OPTION_END = 0;
const OPTION_COMMENT = 1;
const OPTION_USER_APPLICATION = 4;
const OPTION_TSRESOL = 9;
/** A power of ten: nanoseconds. */
const NANOSECONDS = 9;

const padding = (length: number): number => (4 - (length % 4)) % 4;

const option = (code: number, value: Uint8Array): Buffer => {
	const bytes = Buffer.alloc(4 + value.length + padding(value.length));
	bytes.writeUInt16LE(code, 0);
	bytes.writeUInt16LE(value.length, 2);
	bytes.set(value, 4);
	return bytes;
};

const options = (...given: readonly Buffer[]): Buffer => Buffer.concat([...given, option(OPTION_END, Buffer.alloc(0))]);

const block = (type: number, ...parts: readonly Uint8Array[]): Buffer => {
	const body = Buffer.concat(parts);
	const size = 12 + body.length + padding(body.length);
	const bytes = Buffer.alloc(size);
	bytes.writeUInt32LE(type, 0);
	bytes.writeUInt32LE(size, 4);
	bytes.set(body, 8);
	bytes.writeUInt32LE(size, size - 4);
	return bytes;
};

/** What a file begins with. */
export const fileHeader = (program: string): Buffer => {
	const section = Buffer.alloc(16);
	section.writeUInt32LE(BYTE_ORDER_MAGIC, 0);
	section.writeUInt16LE(1, 4);
	// The length of the section is not known.
	section.fill(0xff, 8);
	const device = Buffer.alloc(8);
	device.writeUInt16LE(RAW_IP, 0);
	return Buffer.concat([
		block(SECTION, section, options(option(OPTION_USER_APPLICATION, Buffer.from(program)))),
		block(INTERFACE, device, options(option(OPTION_TSRESOL, Buffer.of(NANOSECONDS)))),
	]);
};

/** An IP packet that had `length` bytes on the wire, at a time in ns since the epoch. */
export const packetBlock = (wall: bigint, packet: Uint8Array, length: number, comment: string | null): Buffer => {
	const head = Buffer.alloc(20);
	head.writeUInt32LE(Number(wall >> 32n), 4);
	head.writeUInt32LE(Number(wall & 0xffffffffn), 8);
	head.writeUInt32LE(packet.length, 12);
	head.writeUInt32LE(length, 16);
	const rest = comment === null ? [] : [options(option(OPTION_COMMENT, Buffer.from(comment)))];
	return block(ENHANCED_PACKET, head, packet, Buffer.alloc(padding(packet.length)), ...rest);
};
