import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Value } from '../../engine/exchange/field.ts';
import { Env } from '../../engine/query/env.ts';
import { checkCondition } from '../../engine/query/expression/check.ts';
import { compileValue } from '../../engine/query/expression/compile.ts';
import { compileTest } from '../../engine/query/expression/compile-test.ts';
import { closedColumns, type Flow } from '../../engine/query/flow.ts';
import { Problems } from '../../engine/query/problems.ts';
import { Replacements } from '../../engine/query/replacements.ts';
import { parseExpression } from '../../grammar/parse.ts';
import fc from '../support/property.ts';

/*
 * Three-valued logic, evaluated slowly and literally, against the compiled tests, on random conditions over random rows.
 */
const COLUMNS = ['a', 'b', 's', 't', 'p'] as const;
type Name = (typeof COLUMNS)[number];
type Rowed = Readonly<Record<Name, Value>>;

/** A condition as text, and what it means: true, false or null for unknown. */
interface Condition {
	readonly text: string;
	readonly means: (row: Rowed) => boolean | null;
}

const condition = (text: string, means: Condition['means']): Condition => ({ text, means });

const not = (x: boolean | null): boolean | null => (x === null ? null : !x);
const and = (x: boolean | null, y: boolean | null): boolean | null =>
	x === false || y === false ? false : x === null || y === null ? null : true;
const or = (x: boolean | null, y: boolean | null): boolean | null => not(and(not(x), not(y)));

const strict =
	(of: (x: number, y: number) => boolean) =>
	(x: Value, y: Value): boolean | null =>
		typeof x === 'number' && typeof y === 'number' ? of(x, y) : null;

const COMPARE: Readonly<Record<string, (x: Value, y: Value) => boolean | null>> = {
	'==': strict((x, y) => x === y),
	'!=': strict((x, y) => x !== y),
	'<': strict((x, y) => x < y),
	'<=': strict((x, y) => x <= y),
	'>': strict((x, y) => x > y),
	'>=': strict((x, y) => x >= y),
};

const number = fc.constantFrom<Name>('a', 'b');
const text = fc.constantFrom<Name>('s', 't');
const small = fc.integer({ min: 0, max: 3 });
const letter = fc.constantFrom('x', 'y', 'z');
const operator = fc.constantFrom(...Object.keys(COMPARE));

const leaf: fc.Arbitrary<Condition> = fc.oneof(
	fc
		.tuple(number, operator, small)
		.map(([name, op, k]) => condition(`${name} ${op} ${k}`, (row) => COMPARE[op]!(row[name], k))),
	fc
		.tuple(small, operator, number)
		.map(([k, op, name]) => condition(`${k} ${op} ${name}`, (row) => COMPARE[op]!(k, row[name]))),
	fc.tuple(operator).map(([op]) => condition(`a ${op} b`, (row) => COMPARE[op]!(row.a, row.b))),
	fc
		.tuple(number, fc.array(small, { maxLength: 3 }))
		.map(([name, list]) =>
			condition(`${name} in [${list.join(', ')}]`, (row) =>
				row[name] === null ? null : list.some((k) => k === row[name]),
			),
		),
	fc
		.tuple(number, small, small)
		.map(([name, low, high]) =>
			condition(`${name} in ${low}..${high}`, (row) =>
				and(COMPARE['>=']!(row[name], low), COMPARE['<=']!(row[name], high)),
			),
		),
	fc.constant<Condition>({
		text: 'a in [b, 2]',
		means: (row) => (row.a === null ? null : or(COMPARE['==']!(row.a, row.b), row.a === 2)),
	}),
	fc
		.tuple(text, letter)
		.map(([name, k]) =>
			condition(`${name} ~ "${k}"`, (row) => (typeof row[name] === 'string' ? row[name].includes(k) : null)),
		),
	fc
		.tuple(text, letter)
		.map(([name, k]) =>
			condition(`${name} !~ "^${k}.?$"`, (row) =>
				typeof row[name] === 'string' ? !new RegExp(`^${k}.?$`).test(row[name]) : null,
			),
		),
	fc
		.tuple(text, letter)
		.map(([name, k]) => condition(`${name} == "${k}"`, (row) => (row[name] === null ? null : row[name] === k))),
	fc.constantFrom(...COLUMNS).map((name) => condition(`has(${name})`, (row) => row[name] !== null)),
	fc.constantFrom(...COLUMNS).map((name) => condition(`${name} == null`, (row) => row[name] === null)),
	fc.constant<Condition>({ text: 'p', means: (row) => row.p as boolean | null }),
	fc.constant<Condition>({ text: 'p == true', means: (row) => (row.p === null ? null : row.p === true) }),
	small.map((k) => condition(`(a ?? 1) > ${k}`, (row) => Number(row.a ?? 1) > k)),
	small.map((k) =>
		condition(`a + b > ${k}`, (row) => (row.a === null || row.b === null ? null : Number(row.a) + Number(row.b) > k)),
	),
);

const { any: anyCondition } = fc.letrec<{ any: Condition }>((tie) => ({
	any: fc.oneof(
		{ depthSize: 'medium', withCrossShrink: true },
		leaf,
		tie('any').map((x) => condition(`not (${x.text})`, (row) => not(x.means(row)))),
		fc
			.tuple(tie('any'), tie('any'))
			.map(([x, y]) => condition(`(${x.text}) and (${y.text})`, (row) => and(x.means(row), y.means(row)))),
		fc
			.tuple(tie('any'), tie('any'))
			.map(([x, y]) => condition(`(${x.text}) or (${y.text})`, (row) => or(x.means(row), y.means(row)))),
	),
}));

const row: fc.Arbitrary<Rowed> = fc.record({
	a: fc.option(small),
	b: fc.option(small),
	s: fc.option(fc.constantFrom('x', 'xy', 'yz', '')),
	t: fc.option(fc.constantFrom('x', 'zx', 'z')),
	p: fc.option(fc.boolean()),
});

const flow: Flow = {
	exchanges: false,
	nested: [],
	columns: closedColumns(
		COLUMNS.map((name, at) => ({
			name,
			type: at < 2 ? ('int' as const) : at < 4 ? ('string' as const) : ('bool' as const),
			node: { kind: 'constant', value: null, span: { start: 0, end: 0 } },
		})),
	),
	protocols: null,
	shape: 'stream',
	bounded: false,
	collects: false,
	heldBy: null,
};

const check = (textOf: string) => {
	const source = { name: 'condition', text: textOf };
	const { expr, diagnostics } = parseExpression(source);
	assert.deepEqual(diagnostics, [], textOf);
	const problems = new Problems(source);
	const definitions = { values: new Map(), fns: new Map(), ops: new Map() };
	const ir = checkCondition(expr!, {
		problems,
		definitions,
		flow,
		nowNs: 0n,
		replacements: new Replacements(),
		aggregate: null,
		replacing: [],
	});
	assert.deepEqual(problems.diagnostics, [], textOf);
	return ir!;
};

describe('three-valued logic', () => {
	it('equals a slow evaluation of Kleene logic', async () => {
		const { loadPatternEngine } = await import('../../engine/query/expression/pattern.ts');
		await loadPatternEngine();
		fc.assert(
			fc.property(anyCondition, fc.array(row, { minLength: 1, maxLength: 8 }), (wanted, rows) => {
				const ir = check(wanted.text);
				const holds = compileTest(ir, false, new Env());
				const fails = compileTest(ir, true, new Env());
				const value = compileValue(ir, new Env());
				for (const one of rows) {
					const expected = wanted.means(one);
					const values = COLUMNS.map((name) => one[name]);
					assert.equal(holds(values), expected === true, `${wanted.text} of ${JSON.stringify(one)}`);
					assert.equal(fails(values), expected === false, `not ${wanted.text} of ${JSON.stringify(one)}`);
					assert.equal(value(values), expected, `${wanted.text} of ${JSON.stringify(one)}`);
				}
			}),
			{ numRuns: 5000 },
		);
	});
});
