/** A media type or a content disposition with its parameters (RFC 9110, 8.3.1; RFC 6266). */
export interface MediaType {
	/** In lower case: "text/html", "form-data". */
	readonly type: string;
	/** Names in lower case, values without their quotes. */
	readonly parameters: ReadonlyMap<string, string>;
}

/** What is longer is no media type; quotes that never close cost the square of the length. */
const MAX_LENGTH = 2048;

/** `; name=value` or `; name="quoted \" value"` */
const PARAMETER = /;[ \t]*([^\s=;"]+)=(?:"((?:[^"\\]|\\.)*)"|([^;"]*))/g;

/** Reads the value of Content-Type or Content-Disposition; what is no parameter in it is passed over. */
export const parseMediaType = (value: string): MediaType => {
	const [type = ''] = value.split(';', 1);
	const parameters = new Map<string, string>();
	for (const [, name = '', quoted, token = ''] of value.slice(type.length, MAX_LENGTH).matchAll(PARAMETER)) {
		const key = name.toLowerCase();
		if (!parameters.has(key)) parameters.set(key, quoted?.replace(/\\(.)/g, '$1') ?? token.trim());
	}
	return { type: type.trim().toLowerCase(), parameters };
};
