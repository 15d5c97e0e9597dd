import type { Expr } from '../../grammar/ast.ts';
import { type Net, parseNet } from '../address.ts';
import { MAX_PORT } from '../capture/ports.ts';
import * as ast from './ast-build.ts';
import type { Word } from './command-line.ts';
import { usage } from './exit.ts';

/** A flag as given: its name with dashes, for messages, and its value with the place where it stands. */
export interface Given {
	readonly flag: string;
	readonly value: Word;
}

const wrong = ({ flag, value }: Given, expected: string): never => {
	throw usage(`${flag} takes ${expected}, not '${value.text}'`);
};

/** The parts of a value with commas. */
export function parts(given: Given): string[] {
	const found = given.value.text.split(',').map((part) => part.trim());
	return found.includes('') ? wrong(given, 'values with commas between them, none of them empty') : found;
}

const integerOf = (text: string): number => (/^\d{1,15}$/.test(text) ? Number(text) : Number.NaN);

const integers = (given: Given, what: string, max: number): number[] =>
	parts(given).map((text) => (integerOf(text) <= max ? integerOf(text) : wrong(given, what)));

export const integer = (given: Given, what: string): number =>
	integerOf(given.value.text) >= 0 ? integerOf(given.value.text) : wrong(given, what);

/** A whole number above 0. */
export const count = (given: Given, what: string): number => integer(given, what) || wrong(given, `${what} above 0`);

/** A number that may have a fraction, not negative. */
export function quantity(given: Given, what: string): number {
	return /^\d{1,15}(\.\d{1,9})?$/.test(given.value.text) ? Number(given.value.text) : wrong(given, what);
}

/** The same above 0. */
export const someQuantity = (given: Given, what: string): number =>
	quantity(given, what) || wrong(given, `${what} above 0`);

/** PID_MAX_LIMIT of include/linux/threads.h. */
const MAX_PID = 4_194_304;

export const pids = (given: Given): number[] => integers(given, `process ids up to ${MAX_PID}`, MAX_PID);
export const ports = (given: Given): number[] => integers(given, `port numbers up to ${MAX_PORT}`, MAX_PORT);

/** Addresses or networks, each with the network that it is. */
const networks = (given: Given): { text: string; net: Net }[] =>
	parts(given).map((text) => ({
		text,
		net: parseNet(text) ?? wrong(given, 'addresses such as 10.0.0.1, 10.0.0.0/8 or fd00::/8'),
	}));

/** The same as ScopeClause writes them: always with a prefix length. */
export const cidrs = (given: Given): string[] => networks(given).map(({ net }) => net.text);

export function side(given: Given): 'client' | 'server' {
	const { text } = given.value;
	return text === 'client' || text === 'server' ? text : wrong(given, '`client` or `server`');
}

const among = (field: string, items: readonly Expr[], { value: { span } }: Given): Expr =>
	ast.binary(ast.field(field, span), 'in', ast.list(items, span));

/** `field in [a, b]`. */
export const oneOf = (field: string, values: readonly (number | string)[], given: Given): Expr =>
	among(
		field,
		values.map((value) =>
			typeof value === 'number' ? ast.int(value, given.value.span) : ast.string(value, given.value.span),
		),
		given,
	);

/** `field in [10.0.0.1, 10.0.0.0/8]`. */
export const inNetworks = (field: string, given: Given): Expr =>
	among(
		field,
		networks(given).map(({ text }) => ({ kind: text.includes('/') ? 'cidr' : 'ip', text, span: given.value.span })),
		given,
	);
