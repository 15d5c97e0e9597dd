import type { Field, FieldNeed, Value } from '../../exchange/field.ts';
import type { Type } from '../../exchange/type.ts';
import { HttpExchange } from './exchange.ts';

/** A field of HTTP exchanges; it is null in all others. */
export const httpField = (
	need: FieldNeed,
	name: string,
	type: Type,
	doc: string,
	get: (exchange: HttpExchange) => Value,
	aliases?: readonly string[],
): Field => ({
	name,
	type,
	doc,
	needs: [need],
	...(aliases && { aliases }),
	get: (exchange) => (exchange instanceof HttpExchange ? get(exchange) : null),
});
