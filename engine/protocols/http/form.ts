import type { TextDecoder } from 'node:util';
import { decoderOf, decodeText } from '../../exchange/body-text.ts';
import type { Value, ValueMap } from '../../exchange/field.ts';
import { parseMediaType } from './media-type.ts';
import type { HttpMessage } from './message.ts';
import { type Part, partsOf } from './multipart.ts';

/** Of an encoded form no more is read: it may hold a name every two bytes. */
const MAX_FORM_LENGTH = 1 << 20;

/** A part is a text, or with a file name the file's record, whose text is decoded when it is read. */
const partValue = ({ disposition, contentType, content }: Part): Value => {
	const charset = contentType === null ? null : (parseMediaType(contentType).parameters.get('charset') ?? null);
	const filename = disposition.parameters.get('filename');
	if (filename === undefined) return decodeText(content, charset);
	return {
		filename,
		content_type: contentType,
		size: content.length,
		get text(): string {
			return decodeText(content, charset);
		},
	};
};

/** As the standard has it: a byte order mark is text like any other, and a form is never in UTF-16, whatever it declares. */
const formDecoder = (charset: string | null): TextDecoder => {
	const decoder = decoderOf(charset, { ignoreBOM: true });
	return decoder.encoding.startsWith('utf-16') ? decoderOf(null, { ignoreBOM: true }) : decoder;
};

/** A name or value whose escapes are bytes of the character set. */
const unescaped = (latin1: string, decoder: TextDecoder): string => {
	const spaced = latin1.replaceAll('+', ' ');
	if (!/[%\x80-\xff]/.test(spaced)) return spaced;
	const bytes = spaced.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
	return decoder.decode(Buffer.from(bytes, 'latin1'));
};

/**
 * An encoded form, of a repeated name the first. URLSearchParams knows no character set but UTF-8, and takes seconds for a MiB
 * of names alone.
 */
const encodedForm = (body: Uint8Array, decoder: TextDecoder): ValueMap => {
	const form: Record<string, string> = Object.create(null);
	const bytes = Buffer.from(body.buffer, body.byteOffset, Math.min(body.length, MAX_FORM_LENGTH));
	for (const pair of bytes.toString('latin1').split('&')) {
		if (pair === '') continue;
		const equals = pair.indexOf('=');
		const name = unescaped(equals === -1 ? pair : pair.slice(0, equals), decoder);
		if (!(name in form)) form[name] = equals === -1 ? '' : unescaped(pair.slice(equals + 1), decoder);
	}
	return form;
};

/** The form that a message holds, encoded (WHATWG URL, 5) or multipart (RFC 7578); null when it holds none. */
export const formOf = (message: HttpMessage): ValueMap | null => {
	const header = message.header('content-type');
	if (header === null || message.body === null) return null;
	const { type, parameters } = parseMediaType(header);
	if (type === 'application/x-www-form-urlencoded') {
		return encodedForm(message.body, formDecoder(parameters.get('charset') ?? null));
	}
	if (type !== 'multipart/form-data') return null;
	const form: Record<string, Value> = Object.create(null);
	for (const part of partsOf(message.body, parameters.get('boundary') ?? '')) {
		const name = part.disposition.parameters.get('name');
		if (name !== undefined && !(name in form)) form[name] = partValue(part);
	}
	return form;
};
