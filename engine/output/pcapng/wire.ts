import type { Message, WirePart } from '../../exchange/exchange.ts';

/** As the protocol tells it; else what is known of the message is its beginning. */
export const wireOf = (message: Message): readonly WirePart[] => {
	if (message.wire !== undefined) return message.wire();
	const bytes = Buffer.concat([message.head, message.body ?? new Uint8Array()]);
	return [{ bytes: bytes.subarray(0, message.size), length: message.size }];
};

/** A piece of a part that one packet carries. */
export interface Piece extends WirePart {
	/** Bytes before it that are in no packet. */
	readonly skipped: number;
	readonly isFirst: boolean;
	readonly isLast: boolean;
}

/**
 * The parts in pieces of at most `max` bytes. Of many bytes that are not known only the last piece is there: a body of
 * gigabytes would make as many packets without any.
 */
export const piecesOf = (parts: readonly WirePart[], max: number): readonly Piece[] => {
	const pieces: Omit<Piece, 'isFirst' | 'isLast'>[] = [];
	for (const { bytes, length } of parts) {
		let told = 0;
		for (let at = 0; at < length; ) {
			if (at > 0 && at >= bytes.length) at = Math.max(at, length - max);
			const end = Math.min(length, at + max);
			pieces.push({ bytes: bytes.subarray(at, end), length: end - at, skipped: at - told });
			told = end;
			at = end;
		}
	}
	return pieces.map((piece, i) => ({ ...piece, isFirst: i === 0, isLast: i === pieces.length - 1 }));
};

/** How much of a message is not in its packets, in words; empty where all of it is. */
export const unknownBytes = (parts: readonly WirePart[], { size, reframed }: Message): string => {
	const told = parts.reduce((sum, { length }) => sum + length, 0);
	const known = parts.reduce((sum, { bytes, length }) => sum + Math.min(bytes.length, length), 0);
	const all = reframed === true ? told : Math.max(told, size);
	return known >= all ? '' : `; ${all - known} of its ${all} bytes are not known`;
};
