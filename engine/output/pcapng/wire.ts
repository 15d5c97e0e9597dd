import type { Message, WirePart } from '../../exchange/exchange.ts';

/** As the protocol tells it; else what is known of the message is its beginning. */
export const wireOf = (message: Message): readonly WirePart[] => {
	if (message.wire !== undefined) return message.wire();
	const bytes = Buffer.concat([message.head, message.body ?? new Uint8Array()]);
	return [{ bytes: bytes.subarray(0, message.size), length: message.size }];
};

/** A piece of a part that one packet carries. */
export interface Piece extends WirePart {
	readonly isFirst: boolean;
	readonly isLast: boolean;
}

/** The parts in pieces of at most `max` bytes. */
export const piecesOf = (parts: readonly WirePart[], max: number): readonly Piece[] => {
	const pieces: WirePart[] = [];
	for (const { bytes, length } of parts)
		for (let at = 0; at < length; at += max) {
			const end = Math.min(length, at + max);
			pieces.push({ bytes: bytes.subarray(at, end), length: end - at });
		}
	return pieces.map((piece, i) => ({ ...piece, isFirst: i === 0, isLast: i === pieces.length - 1 }));
};

/** How much of a message is not in its packets, in words; empty where all of it is. */
export const unknownBytes = (parts: readonly WirePart[], size: number): string => {
	const told = parts.reduce((sum, { length }) => sum + length, 0);
	const known = parts.reduce((sum, { bytes, length }) => sum + Math.min(bytes.length, length), 0);
	const all = Math.max(told, size);
	return known >= told && told >= size ? '' : `; ${all - known} of its ${all} bytes are not known`;
};
