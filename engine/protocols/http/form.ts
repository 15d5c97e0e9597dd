import { bodyText, decodeText } from '../../exchange/body-text.ts';
import type { Value, ValueMap } from '../../exchange/field.ts';
import { parseMediaType } from './media-type.ts';
import type { HttpMessage } from './message.ts';
import { type Part, partsOf } from './multipart.ts';
import { queryParams } from './target.ts';

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

/** The form that a message holds, encoded (WHATWG URL, 5) or multipart (RFC 7578); null when it holds none. */
export const formOf = (message: HttpMessage): ValueMap | null => {
	const header = message.header('content-type');
	if (header === null || message.body === null) return null;
	const { type, parameters } = parseMediaType(header);
	if (type === 'application/x-www-form-urlencoded') {
		return queryParams((bodyText(message) ?? '').slice(0, MAX_FORM_LENGTH));
	}
	if (type !== 'multipart/form-data') return null;
	const form: Record<string, Value> = Object.create(null);
	for (const part of partsOf(message.body, parameters.get('boundary') ?? '')) {
		const name = part.disposition.parameters.get('name');
		if (name !== undefined && !(name in form)) form[name] = partValue(part);
	}
	return form;
};
