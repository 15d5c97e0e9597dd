import type { Field } from '../../exchange/field.ts';
import { httpField } from './field.ts';
import { formOf } from './form.ts';
import { graphqlOf } from './graphql/graphql.ts';

/** The fields of HTTP that need bodies. */
export const BODY_FIELDS: readonly Field[] = [
	httpField(
		'body',
		'form',
		'map',
		'The form that the request sends, encoded or multipart: texts, and files as {filename, content_type, size, text}',
		(e) => formOf(e.request),
	),
	httpField(
		'body',
		'graphql',
		'map',
		'The GraphQL operation, of a batch the first: {operation, kind, name, errors}; errors is a list of messages, or null',
		graphqlOf,
	),
];
