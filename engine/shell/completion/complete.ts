import { parse } from '../../../grammar/parse.ts';
import { fieldNames, lookupField } from '../../exchange/catalog.ts';
import { nameOf, type Type } from '../../exchange/type.ts';
import { FORMATS } from '../../output/registry.ts';
import { PROTOCOLS } from '../../protocols/registry.ts';
import { AGGREGATES } from '../../query/aggregates/registry.ts';
import { compileProgram } from '../../query/compile.ts';
import { FUNCTIONS } from '../../query/functions/registry.ts';
import { OPERATORS } from '../../query/operators/registry.ts';
import { viewNames } from '../../query/views/names.ts';
import { STATEMENTS } from '../reference/syntax.ts';
import { operatorsOf } from './operators-of-types.ts';
import { type Place, placeOf } from './place.ts';

/** What can be said about the rows that the stage is given. */
interface Rows {
	readonly protocols: readonly string[] | null;
	/** Null: whole exchanges, with every field. */
	readonly columns: ReadonlyMap<string, Type> | null;
}

const CLAUSES = ['where', 'by', 'on', 'every', 'over', 'within', 'for', 'as'] as const;
const PROTOCOL_NAMES = PROTOCOLS.map(({ name }) => name);

/** Operators whose arguments are no fields. */
const WITHOUT_FIELDS: ReadonlySet<string> = new Set(['head', 'tail', 'limit', 'sample']);

/** The rows that come out of the stages before, found by checking them; of a wrong pipeline nothing is known. */
async function rowsBehind({ before, tokens }: Place): Promise<Rows> {
	const watched = tokens.filter((token) => PROTOCOL_NAMES.includes(token));
	const text = before === '' ? `watch ${watched.join(', ')}` : before;
	const { program, diagnostics } = parse({ name: '<completion>', text });
	const unknown: Rows = { protocols: null, columns: null };
	if (diagnostics.length > 0) return unknown;
	const options = { params: new Map(), from: null, scope: null, readModule: () => undefined, nowNs: 0n } as const;
	const { plans } = await compileProgram(program, { ...options, format: 'table' });
	const plan = plans.at(-1);
	if (plan === undefined) return unknown;
	const { exchanges, columns, extended = [] } = plan.schema;
	if (!exchanges) return { protocols: [], columns: new Map(columns.map(({ name, type }) => [name, type])) };
	const { protocols } = plan.demand;
	const known = extended.length === 0 ? null : new Map(extended.map(({ name, type }) => [name, type]));
	return known === null ? { protocols, columns: null } : { protocols, columns: withFields(known, protocols) };
}

function withFields(
	extended: ReadonlyMap<string, Type>,
	protocols: readonly string[] | null,
): ReadonlyMap<string, Type> {
	const fields = fieldNames(protocols).map((name) => [name, typeOfField(name, protocols) ?? 'any'] as const);
	return new Map([...fields, ...extended]);
}

const typeOfField = (name: string, protocols: readonly string[] | null): Type | null => {
	const found = lookupField(name, protocols);
	return found?.kind === 'field' ? found.field.type : null;
};

const typeOf = (name: string, { protocols, columns }: Rows): Type | null =>
	columns === null ? typeOfField(name, protocols) : (columns.get(name) ?? null);

const namesOf = ({ protocols, columns }: Rows): readonly string[] =>
	columns === null ? fieldNames(protocols) : [...columns.keys()];

/** Operators, views and, where a query begins, statements. */
function operators({ first }: Place): readonly string[] {
	const own = [...OPERATORS.values()].filter(({ name, source }) => (first ? source || name === 'stat' : !source));
	return [...own.map(({ name }) => name), ...viewNames(), ...(first ? STATEMENTS.map(({ name }) => name) : [])];
}

/** Clauses that the operator takes and does not have yet. */
const clausesOf = ({ operator, tokens }: Place): readonly string[] => {
	const takes: readonly string[] = OPERATORS.get(operator ?? '')?.takes ?? ['by', 'every'];
	return CLAUSES.filter((clause) => takes.includes(clause) && !tokens.includes(clause));
};

function flags({ operator }: Place): readonly string[] {
	const own =
		OPERATORS.get(operator ?? '')?.flags?.map(({ name, value }) => (value === null ? name : `${name}=`)) ?? [];
	return [...own, ...(operator === 'stat' ? viewNames() : []), ...(operator === 'explain' ? ['run'] : [])].map(
		(name) => `--${name}`,
	);
}

/** What a `stat` can be made of; as the first stage it says what is watched, too. */
const statItems = (place: Place): readonly string[] => [
	...AGGREGATES.keys(),
	...viewNames(),
	...(place.first ? PROTOCOL_NAMES : []),
	...clausesOf(place),
];

const isInParentheses = (tokens: readonly string[]): boolean => tokens.lastIndexOf('(') > tokens.lastIndexOf(')');

/** Where an operand is due: names of fields, and what is called with them. */
async function operands(place: Place): Promise<readonly string[]> {
	const { operator, clause, tokens } = place;
	const rows = await rowsBehind(place);
	if (clause === 'every' || clause === 'over' || clause === 'within' || clause === 'for') return [];
	if (clause === null && operator === 'stat' && !isInParentheses(tokens)) return statItems(place);
	return [...namesOf(rows), ...FUNCTIONS.keys()];
}

/** Behind a value: what joins it with another, and further clauses. */
async function joints(place: Place): Promise<readonly string[]> {
	const { clause, operator, tokens } = place;
	const isCondition = clause === 'where' || clause === 'on' || operator === 'where';
	const last = tokens.at(-1) ?? '';
	if (operator === 'stat' && place.first && clause === null && PROTOCOL_NAMES.includes(last)) return statItems(place);
	const type = typeOf(last, await rowsBehind(place));
	if (type !== null && (isCondition || operator === 'extend')) return operatorsOf(nameOf(type));
	return [...(isCondition ? ['and', 'or'] : []), ...clausesOf(place), ...(operator === 'sort' ? ['asc', 'desc'] : [])];
}

/** What may stand where the cursor is. */
async function candidates(place: Place): Promise<readonly string[]> {
	const { partial, operator, tokens, clause, behindValue } = place;
	if (partial.startsWith('--')) return flags(place);
	if (operator === null) return operators(place);
	if (operator === 'to') return tokens.length === 0 ? FORMATS.map(({ name }) => name) : [];
	if (tokens.at(-1) === '.') return membersOf(tokens.at(-2) ?? '');
	if (OPERATORS.get(operator)?.source && clause === null) {
		return behindValue ? clausesOf(place) : [...PROTOCOL_NAMES, ...(tokens.length === 0 ? clausesOf(place) : [])];
	}
	if (behindValue) return joints(place);
	return WITHOUT_FIELDS.has(operator) && clause === null ? [] : operands(place);
}

/** Behind a dot: the fields of a protocol, or the parts of a message. */
function membersOf(name: string): readonly string[] {
	const protocol = PROTOCOLS.find((known) => known.name === name);
	if (protocol !== undefined) return protocol.fields.map((field) => field.name);
	return ['request', 'response', 'req', 'resp'].includes(name) ? ['text', 'headers', 'body', 'size'] : [];
}

/** Completes the word at the end of a line: words that may stand there, and the part of them that is typed already. */
export async function complete(line: string): Promise<readonly [words: readonly string[], partial: string]> {
	const place = placeOf(line);
	if (place === null) return [[], ''];
	const { partial } = place;
	const fitting = new Set((await candidates(place)).filter((word) => word.startsWith(partial)));
	return [[...fitting].sort(), partial];
}
