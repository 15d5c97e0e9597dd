import type { Message, WirePart } from '../../exchange/exchange.ts';
import { type FrameHeader, frameHeader } from './frame.ts';

const NOTHING = new Uint8Array(0);

/** A message of a WebSocket connection: its frames put together, or a control frame. */
export class WebSocketMessage implements Message {
	readonly pos: number;
	/** Bytes of its frames with their headers, without control frames between them. */
	size = 0;
	readonly firstTime: number;
	lastTime: number;
	truncated = false;
	clipped = false;
	readonly head = NOTHING;
	readonly reframed = true;
	/** Unmasked and decompressed; of a close the reason. */
	body: Uint8Array | null = null;
	/** `continuation` where the first frame was missed. */
	readonly opcode: string;
	readonly isCompressed: boolean;
	/** Its frames are masked. */
	readonly masked: boolean;
	/** Thread group id of who sent or read its beginning. */
	readonly tgid: number;
	/** Bytes of payload on the wire. */
	payloadSize = 0;
	frames = 0;
	/** Why the connection is closed (RFC 6455, 7.4). */
	closeCode: number | null = null;

	constructor(
		{ opcode, isCompressed, mask }: Pick<FrameHeader, 'opcode' | 'isCompressed' | 'mask'>,
		pos: number,
		firstTime: number,
		tgid: number,
	) {
		this.opcode = opcode;
		this.isCompressed = isCompressed;
		this.masked = mask !== null;
		this.pos = pos;
		this.firstTime = firstTime;
		this.lastTime = firstTime;
		this.tgid = tgid;
	}

	/** All in one frame, masked by zeros where it was masked, and not compressed where it could be undone. */
	wire(): readonly WirePart[] {
		const code = this.closeCode === null ? NOTHING : Buffer.of(this.closeCode >> 8, this.closeCode & 0xff);
		const payload = Buffer.concat([code, this.body ?? NOTHING]);
		const { opcode, masked, isCompressed, truncated, payloadSize } = this;
		// Of a part of a compressed message nobody knows how long its content is.
		const isUnknown = truncated && isCompressed;
		const length = truncated ? payloadSize : payload.length;
		const header = frameHeader({ opcode, isCompressed: isUnknown, masked, length });
		const bytes = Buffer.concat([header, isUnknown ? NOTHING : payload.subarray(0, length)]);
		return [{ bytes, length: header.length + length }];
	}
}
