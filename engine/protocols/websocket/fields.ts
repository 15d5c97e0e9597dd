import { bodyText } from '../../exchange/body-text.ts';
import type { Field, FieldNeed, Value } from '../../exchange/field.ts';
import type { TypeName } from '../../exchange/type.ts';
import { pathOf } from '../http/target.ts';
import { WebSocketExchange } from './exchange.ts';

const field = (
	need: FieldNeed,
	name: string,
	type: TypeName,
	doc: string,
	get: (exchange: WebSocketExchange) => Value,
): Field => ({
	name,
	type,
	doc,
	needs: [need],
	get: (exchange) => (exchange instanceof WebSocketExchange ? get(exchange) : null),
});

/** The fields of WebSocket messages (RFC 6455). */
export const WEBSOCKET_FIELDS: readonly Field[] = [
	field('head', 'path', 'string', 'Path of the request that opened the connection', (e) => pathOf(e.target)),
	field('head', 'direction', 'string', 'Where the message goes: "to_server" or "to_client"', (e) =>
		e.fromClient ? 'to_server' : 'to_client',
	),
	field('head', 'opcode', 'string', 'What it is: text, binary, close, ping or pong', (e) => e.message.opcode),
	field('head', 'size', 'size', 'Bytes of payload on the wire, before decompression', (e) => e.message.payloadSize),
	field('body', 'text', 'string', 'The text of a text message, decompressed', (e) =>
		e.message.opcode === 'text' ? (bodyText(e.message) ?? (e.message.payloadSize === 0 ? '' : null)) : null,
	),
	field('head', 'frames', 'int', 'Frames that the message was sent in', (e) => e.message.frames),
	field('head', 'compressed', 'bool', 'Was sent compressed (permessage-deflate)', (e) => e.message.isCompressed),
	field('head', 'code', 'int', 'Why the connection is closed: the code of a close', (e) => e.message.closeCode),
	field('head', 'reason', 'string', 'The words behind the code of a close', (e) =>
		e.message.opcode === 'close' ? bodyText(e.message) : null,
	),
];
