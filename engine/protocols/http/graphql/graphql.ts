import { bodyText } from '../../../exchange/body-text.ts';
import type { ValueMap } from '../../../exchange/field.ts';
import type { HttpExchange } from '../exchange.ts';
import { formOf } from '../form.ts';
import { parseMediaType } from '../media-type.ts';
import type { HttpMessage } from '../message.ts';
import { parseTarget, queryParams } from '../target.ts';
import { type Operation, operationsOf } from './document.ts';

/** What is larger is not parsed: as much as is kept of a body. */
const MAX_JSON_LENGTH = 1 << 20;

const parseJson = (text: string | null): unknown => {
	if (text === null || text.length > MAX_JSON_LENGTH) return null;
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
};

const member = (value: unknown, name: string): unknown =>
	typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? Reflect.get(value, name) : null;

const firstOf = (value: unknown): unknown => (Array.isArray(value) ? value[0] : value);

/** The parameters of a request as GraphQL over HTTP has them (its sections 5.3 and 5.4), whichever way they are sent. */
const parametersOf = (request: HttpMessage): unknown => {
	const { query } = parseTarget(request.start.target);
	if (request.start.method === 'GET') return query === null ? null : queryParams(query);
	const { type } = parseMediaType(request.header('content-type') ?? '');
	if (type === 'application/json' || type === 'application/graphql+json') return parseJson(bodyText(request));
	if (type === 'application/graphql') return { query: bodyText(request) };
	// Uploads: the parameters are a field of a form, the files its others.
	if (type !== 'multipart/form-data') return null;
	const operations = formOf(request)?.operations;
	return typeof operations === 'string' ? parseJson(operations) : null;
};

/** Servers that know a query by its hash get it without the text: a map, or in a target its JSON. */
const isPersisted = (parameters: unknown): boolean => {
	const extensions = member(parameters, 'extensions');
	const persisted = member(typeof extensions === 'string' ? parseJson(extensions) : extensions, 'persistedQuery');
	return typeof persisted === 'object' && persisted !== null;
};

const messageOf = (error: unknown): string => {
	const message = member(error, 'message');
	return typeof message === 'string' ? message : 'error without a message';
};

/** Messages of the errors that a response, or one of a batch, reports; null when there are none. */
const errorsOf = (response: HttpMessage | null): string[] | null => {
	const answer = response === null ? null : parseJson(bodyText(response));
	const errors = (Array.isArray(answer) ? answer : [answer]).flatMap((one) => member(one, 'errors') ?? []);
	return errors.length === 0 ? null : errors.map(messageOf);
};

const labelOf = (name: string | null, operation: Operation | undefined): string | null => {
	if (operation === undefined) return name;
	return `${operation.kind} ${name ?? `{ ${operation.field} }`}`;
};

/** The GraphQL operation of an exchange, of a batch the first one; null where it is none. */
export const graphqlOf = ({ request, response }: HttpExchange): ValueMap | null => {
	const parameters = firstOf(parametersOf(request));
	const document = member(parameters, 'query');
	const operations = typeof document === 'string' ? operationsOf(document) : null;
	if (operations === null && !isPersisted(parameters)) return null;
	const asked = member(parameters, 'operationName');
	const operation = operations?.find(({ name }) => name === asked) ?? operations?.[0];
	const name = typeof asked === 'string' && asked !== '' ? asked : (operation?.name ?? null);
	return {
		operation: labelOf(name, operation),
		kind: operation?.kind ?? null,
		name,
		get errors(): string[] | null {
			return errorsOf(response);
		},
	};
};
