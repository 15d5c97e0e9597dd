import type { Message } from '../../exchange/exchange.ts';
import type { Direction } from './conversation.ts';
import { type Piece, piecesOf, spread, unknownBytes, wireOf } from './wire.ts';

/** A message and who sent it. */
export interface Sent {
	readonly direction: Direction;
	readonly message: Message;
}

/** A piece of a message at its time. */
export interface Timed extends Piece {
	readonly direction: Direction;
	readonly time: number;
	/** What the packet says of its message: the first one does. */
	readonly comment: string | null;
}

/** How messages are cut. */
interface Cut {
	/** Bytes of a piece. */
	readonly max: number;
	/** Also between any two bytes: a datagram is whole. */
	readonly isStream: boolean;
}

const timed = ({ direction, message }: Sent, { max, isStream }: Cut, comment: string): Timed[] => {
	const parts = wireOf(message);
	const said = comment + unknownBytes(parts, message);
	const lasted = isStream && message.firstTime !== message.lastTime;
	return piecesOf(lasted ? spread(parts, message) : parts, max).map((piece) => ({
		...piece,
		direction,
		time: piece.isLast && !piece.isFirst ? message.lastTime : message.firstTime,
		comment: piece.isFirst ? said : null,
	}));
};

/**
 * The messages of an exchange in pieces: the last one of each when its last byte came, those before when its first one did. In the order of time, for an answer can begin before the request has ended, but not before that
 * began.
 */
export const schedule = (messages: readonly Sent[], cut: Cut, comment: string): readonly Timed[] => {
	const began = messages[0]?.message.firstTime ?? 0;
	const order = ({ time }: Timed): number => Math.max(time, began);
	return messages.flatMap((sent) => timed(sent, cut, comment)).sort((a, b) => order(a) - order(b));
};
