import { mapOf, type Type } from '../../exchange/type.ts';
import type { Ir } from './ir.ts';

/** What the records `request` and `response` hold. */
export const MESSAGE_PARTS: ReadonlyMap<string, Type> = new Map<string, Type>([
	['text', 'string'],
	['headers', mapOf('string')],
	['body', 'string'],
	['size', 'size'],
]);

export const isMessage = (ir: Ir): boolean =>
	ir.kind === 'field' && (ir.field.name === 'request' || ir.field.name === 'response');

/** Names of header fields are case-insensitive (RFC 9110 section 5.1) and kept in lower case. */
export const isHeaders = (ir: Ir): boolean => ir.kind === 'member' && ir.name === 'headers' && isMessage(ir.object);
