import type { ValueMap } from '../../exchange/field.ts';

const ABSOLUTE = /^[A-Za-z][A-Za-z0-9+.-]*:\/\//;

/** The parts of a request target (RFC 9112, 3.2) that are there; the authority is that of the absolute form. */
export interface Target {
	readonly scheme: string | null;
	readonly authority: string | null;
	/** Without the query string. */
	readonly path: string;
	/** Behind the question mark. */
	readonly query: string | null;
}

/** Takes a request target apart: origin, absolute, authority (CONNECT) and asterisk form. */
export const parseTarget = (target: string): Target => {
	const mark = target.indexOf('?');
	const beforeQuery = mark === -1 ? target : target.slice(0, mark);
	const query = mark === -1 ? null : target.slice(mark + 1);
	const absolute = ABSOLUTE.exec(beforeQuery);
	if (absolute === null) return { scheme: null, authority: null, path: beforeQuery, query };
	const scheme = absolute[0].slice(0, -'://'.length).toLowerCase();
	const slash = beforeQuery.indexOf('/', absolute[0].length);
	return {
		scheme,
		authority: beforeQuery.slice(absolute[0].length, slash === -1 ? undefined : slash),
		path: slash === -1 ? '/' : beforeQuery.slice(slash),
		query,
	};
};

/** The path without its query string; the common origin form costs one search. */
export const pathOf = (target: string): string => {
	if (target.charCodeAt(0) !== 47) return parseTarget(target).path;
	const mark = target.indexOf('?');
	return mark === -1 ? target : target.slice(0, mark);
};

/** Query parameters as a map; of a repeated one the first. */
export const queryParams = (query: string): ValueMap => {
	const params: Record<string, string> = Object.create(null);
	// One question mark is not taken for part of the first name, and it stands before `query`.
	for (const [name, value] of new URLSearchParams(`?${query}`)) if (!(name in params)) params[name] = value;
	return params;
};

/** Digits, UUIDs, and hexadecimal of 16 digits or more: object ids and hashes; shorter hexadecimal may be a word. */
const IDENTIFIER =
	/(?<=\/)(?:\d+|[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}|[0-9a-fA-F]{16,})(?=\/|$)/g;

/** The path with its identifiers turned into `:id`. */
export const routeOf = (path: string): string => path.replace(IDENTIFIER, ':id');
