import type { Message, Wire } from '../../exchange/exchange.ts';

/** As the protocol tells it; else what is known of the message is its beginning. */
export const wireOf = (message: Message): Wire => {
	if (message.wire !== undefined) return message.wire();
	const bytes = Buffer.concat([message.head, message.body ?? new Uint8Array()]);
	return { bytes: bytes.subarray(0, message.size), length: message.size };
};
