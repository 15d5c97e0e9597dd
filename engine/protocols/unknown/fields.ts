import type { Field, Value } from '../../exchange/field.ts';
import { UnknownExchange } from './exchange.ts';
import type { UnknownMessage } from './message.ts';

const field = (name: string, doc: string, get: (exchange: UnknownExchange) => UnknownMessage | null): Field => ({
	name,
	type: 'string',
	doc,
	needs: ['head'],
	// A byte is the character with its number, so that every byte can be looked for.
	get: (exchange): Value =>
		exchange instanceof UnknownExchange ? (get(exchange)?.head.toString('latin1') ?? null) : null,
});

/** What is known of bytes that no parser knows. */
export const UNKNOWN_FIELDS: readonly Field[] = [
	field(
		'first_bytes',
		'First bytes of the request, 256 at most, or of what came unasked; a byte is the character with its number',
		({ request, response }) => request ?? response,
	),
	field('answer_bytes', 'First bytes of the answer, 256 at most', ({ request, response }) =>
		request === null ? null : response,
	),
];
