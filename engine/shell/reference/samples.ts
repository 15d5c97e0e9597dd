import type { TypeName } from '../../exchange/type.ts';

/** What people ask of fields of a type. */
const FIELD_QUERIES: Readonly<Partial<Record<TypeName, (name: string) => string>>> = {
	duration: (name) => `stat p50(${name}), max(${name}) by protocol`,
	size: (name) => `stat sum(${name}), max(${name}) by protocol`,
	float: (name) => `stat avg(${name}) by protocol`,
	ip: (name) => `where ${name} in 127.0.0.0/8`,
	string: (name) => `stat count() by ${name}`,
	int: (name) => `stat count() by ${name}`,
	bool: (name) => `stat count() by ${name}`,
};

/** Those of which hardly anybody wants the whole. */
const PARTS: Readonly<Record<string, string>> = {
	request: 'watch http | select path, request.headers["user-agent"], request.body',
	response: 'watch http | select path, response.headers["content-type"], response.body',
};

/** A query that uses a field of `protocol`, or of every one, as its type suggests. */
export const sampleOfField = (name: string, type: TypeName, protocol: string | null): string =>
	PARTS[name] ??
	`watch${protocol === null ? '' : ` ${protocol}`} | ${FIELD_QUERIES[type]?.(name) ?? `select protocol, ${name}`}`;
