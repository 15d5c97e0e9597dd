import type { Message } from '../../exchange/exchange.ts';

const NO_HEAD = new Uint8Array(0);

/** A message of a WebSocket connection: its frames put together, or a control frame. */
export class WebSocketMessage implements Message {
	readonly pos: number;
	/** Bytes of its frames with their headers, without control frames between them. */
	size = 0;
	readonly firstTime: number;
	lastTime: number;
	truncated = false;
	readonly head = NO_HEAD;
	/** Unmasked and decompressed; of a close the reason. */
	body: Uint8Array | null = null;
	/** `continuation` where the first frame was missed. */
	readonly opcode: string;
	readonly isCompressed: boolean;
	/** Thread group id of who sent or read its beginning. */
	readonly tgid: number;
	/** Bytes of payload on the wire. */
	payloadSize = 0;
	frames = 0;
	/** Why the connection is closed (RFC 6455, 7.4). */
	closeCode: number | null = null;

	constructor(opcode: string, isCompressed: boolean, pos: number, firstTime: number, tgid: number) {
		this.opcode = opcode;
		this.isCompressed = isCompressed;
		this.pos = pos;
		this.firstTime = firstTime;
		this.lastTime = firstTime;
		this.tgid = tgid;
	}
}
