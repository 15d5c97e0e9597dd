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

const inTwo = ({ bytes, length }: WirePart, at: number): readonly WirePart[] => [
	{ bytes: bytes.subarray(0, at), length: at },
	{ bytes: bytes.subarray(at), length: length - at },
];

/**
 * A message in two parts at least, for a packet has one time: cut behind its head, or before its last byte. Not within the
 * chunks of a body: Wireshark takes the pieces of the last one for malformed.
 */
export const spread = (parts: readonly WirePart[], { head }: Message): readonly WirePart[] => {
	const [only] = parts;
	if (only === undefined || parts.length > 1 || only.length < 2) return parts;
	return inTwo(only, head.length > 0 && head.length < only.length ? head.length : only.length - 1);
};

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
