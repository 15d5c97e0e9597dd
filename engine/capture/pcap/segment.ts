import { NOT_YET } from '../../not-yet.ts';
import { u16, u32 } from './integers.ts';
import type { Datagram } from './ip.ts';

export const TCP = 6;

export const TcpFlag = { fin: 1, syn: 2, rst: 4, ack: 16, urg: 32 } as const;

const HEADER_BYTES = 20;

/** A TCP segment (RFC 9293, 3.1): one object is filled anew for each, so nobody keeps it. */
export interface Segment {
	sourcePort: number;
	destinationPort: number;
	/** 32 bits, unsigned. */
	seq: number;
	ack: number;
	flags: number;
	/** Where its header begins. */
	header: number;
	/** Payload: `bytes[start, start + captured)`, and its length on the wire. */
	bytes: Buffer;
	start: number;
	captured: number;
	length: number;
	/** ns since the first packet of the file. */
	time: number;
	/** Interface that it passed; null where nobody asks or knows. */
	iface: string | null;
	/** Of IPv4; 0 where it has none. */
	identification: number;
	/** Number of the capture that has it, as of Packet. */
	point: number;
}

export const newSegment = (): Segment => ({
	sourcePort: 0,
	destinationPort: 0,
	seq: NOT_YET,
	ack: NOT_YET,
	flags: 0,
	bytes: Buffer.alloc(0),
	header: 0,
	start: 0,
	captured: 0,
	length: 0,
	time: NOT_YET,
	iface: null,
	identification: 0,
	point: 0,
});

/** Whether a datagram is a segment of which not even the header was captured. */
export const isHeaderCut = ({ start, end, length }: Datagram): boolean =>
	length >= HEADER_BYTES && end - start < HEADER_BYTES;

/**
 * Where urgent data stand in a payload of `length` bytes: before the byte that the urgent pointer tells (RFC 6093, 3.1); that
 * length when there are none.
 */
const urgentAt = (bytes: Buffer, header: number, length: number): number => {
	const pointer = u16(bytes, header + 18);
	return pointer > 0 && pointer <= length ? pointer - 1 : length;
};

/** Reads the payload of a datagram; false when it is no segment, or its header was not captured. */
export const readSegment = (datagram: Datagram, time: number, segment: Segment): boolean => {
	const { bytes, start, end, length, family, identification } = datagram;
	if (start + HEADER_BYTES > end) return false;
	const headerBytes = ((bytes[start + 12] ?? 0) >> 4) * 4;
	if (headerBytes < HEADER_BYTES || headerBytes > length) return false;
	segment.sourcePort = u16(bytes, start);
	segment.destinationPort = u16(bytes, start + 2);
	segment.seq = u32(bytes, start + 4);
	segment.ack = u32(bytes, start + 8);
	segment.flags = bytes[start + 13] ?? 0;
	segment.bytes = bytes;
	segment.header = start;
	segment.start = start + headerBytes;
	segment.captured = Math.max(0, end - segment.start);
	segment.length = length - headerBytes;
	// A process gets it apart from the stream, unless it asks for it there (SO_OOBINLINE): what it read is not known.
	if ((segment.flags & TcpFlag.urg) !== 0)
		segment.captured = Math.min(segment.captured, urgentAt(bytes, start, segment.length));
	segment.time = time;
	segment.identification = family === 4 ? identification : 0;
	return true;
};
