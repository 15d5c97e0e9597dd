import type { Value, ValueMap } from '../../exchange/field.ts';
import type { LoggedExchange } from '../../exchange/logged/logged-exchange.ts';
import { At } from '../../exchange/logged/members.ts';

/** The text of a text message in a log, where it stands once: as request or response. */
export const textOf = ({ line }: LoggedExchange, field: string, own: ValueMap): Value => {
	if (field !== 'text' || own.opcode !== 'text') return null;
	const text = line.text(own.direction === 'to_server' ? At.request : At.response) ?? '';
	return text !== '' || own.size === 0 ? text : null;
};
