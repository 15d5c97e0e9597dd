import type {
	Arg,
	BinaryOperator,
	Expr,
	FlagItem,
	Item,
	Name,
	Parameter,
	Pipeline,
	Program,
	Stage,
	Statement,
} from '../../grammar/ast.ts';
import { LEVELS } from '../../grammar/precedence.ts';
import fc from '../support/property.ts';

/*
 * Trees of programs that were never parsed: they hold no groups, so that the printer has to find every place that needs
 * parentheses.
 */

const span = { start: 0, end: 0 };

/** Plain names, soft words, keywords and what only backquotes can hold; no word that is a habit of another language. */
const name: fc.Arbitrary<Name> = fc
	.constantFrom(
		'path',
		'remote_ip',
		'x1',
		'_',
		'let',
		'op',
		'explain',
		'asc',
		'in',
		'where',
		'true',
		'odd name',
		'5xx',
		'é',
	)
	.map((text) => ({ text, span }));

const text = fc.string({ unit: 'binary', maxLength: 8 });
const nullable = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { nil: null });

const literal: fc.Arbitrary<Expr> = fc.oneof(
	fc.maxSafeNat().map((value): Expr => ({ kind: 'int', value, span })),
	fc
		.double({ min: 0, noNaN: true, noDefaultInfinity: true })
		.map((value): Expr => ({ kind: 'float', value: Math.abs(value), span })),
	fc.tuple(text, fc.boolean()).map(([value, raw]): Expr => ({ kind: 'string', value, raw, span })),
	fc.constantFrom(true, false, null).map((value): Expr => ({ kind: 'constant', value, span })),
	fc.constantFrom<Expr>(
		{ kind: 'duration', value: 90e9, text: '1m30s', span },
		{ kind: 'size', value: 10_240, text: '10KiB', span },
		{ kind: 'percent', value: 0.999, text: '99.9%', span },
		{ kind: 'ip', text: '10.0.0.1', span },
		{ kind: 'ip', text: '::1', span },
		{ kind: 'cidr', text: '10.0.0.0/8', span },
		{ kind: 'time', text: '@10:30', epochNs: null, timeOfDayNs: 37_800_000_000_000, span },
	),
);

const operators: readonly BinaryOperator[] = Object.keys(LEVELS).filter((key): key is BinaryOperator => key in LEVELS);

const { expr, arg } = fc.letrec<{ expr: Expr; arg: Arg }>((tie) => {
	const exprs = fc.array(tie('expr'), { maxLength: 3 });
	const args = fc.array(tie('arg'), { maxLength: 3 });
	return {
		arg: fc.record({
			name: nullable(name),
			value: tie('expr'),
			order: fc.constantFrom('asc' as const, 'desc' as const, null),
			span: fc.constant(span),
		}),
		expr: fc.oneof(
			{ maxDepth: 5, depthIdentifier: 'expr' },
			literal,
			name.map((found): Expr => ({ kind: 'name', name: found, span })),
			name.map((found): Expr => ({ kind: 'field', name: found, span })),
			fc
				.tuple(fc.constantFrom(...operators), tie('expr'), tie('expr'))
				.map(([operator, left, right]): Expr => ({ kind: 'binary', operator, left, right, span })),
			fc
				.tuple(fc.constantFrom('not' as const, '-' as const), tie('expr'))
				.map(([operator, operand]): Expr => ({ kind: 'unary', operator, operand, span })),
			fc
				.tuple(name, args, nullable(tie('expr')))
				.map(([callee, list, where]): Expr => ({ kind: 'call', callee, args: list, where, span })),
			fc.tuple(tie('expr'), name).map(([object, found]): Expr => ({ kind: 'member', object, name: found, span })),
			fc.tuple(tie('expr'), tie('expr')).map(([object, index]): Expr => ({ kind: 'index', object, index, span })),
			exprs.map((items): Expr => ({ kind: 'list', items, span })),
			fc.array(fc.tuple(tie('expr'), text), { maxLength: 2 }).chain((holes) =>
				text.map(
					(first): Expr => ({
						kind: 'format',
						texts: [first, ...holes.map(([, after]) => after)],
						exprs: holes.map(([hole]) => hole),
						span,
					}),
				),
			),
		),
	};
});

const someArgs = fc.array(arg, { minLength: 1, maxLength: 3 });

const flag: fc.Arbitrary<FlagItem> = fc
	.tuple(
		fc.constantFrom('left', 'min-count'),
		nullable(fc.tuple(fc.oneof(text, fc.constantFrom('a,b', '10KB')), fc.boolean())),
	)
	.map(([flagName, value]) => ({
		kind: 'flag',
		name: { text: flagName, span },
		value: value && { text: value[0], quoted: value[1] || !/^[\w,]+$/.test(value[0]), span },
		span,
	}));

const { pipeline } = fc.letrec<{ pipeline: Pipeline; item: Item; stage: Stage }>((tie) => ({
	item: fc.oneof(
		{ maxDepth: 2, depthIdentifier: 'item' },
		someArgs.map((args): Item => ({ kind: 'args', args, span })),
		someArgs.map((args): Item => ({ kind: 'by', args, span })),
		flag,
		name.map((found): Item => ({ kind: 'as', name: found, span })),
		fc
			.tuple(fc.constantFrom('where', 'on', 'every', 'over', 'within', 'for'), expr)
			.map(([kind, value]): Item => ({ kind, value, span })),
		tie('pipeline').map((inner): Item => ({ kind: 'block', pipeline: inner, span })),
	),
	stage: fc.oneof(
		fc
			.tuple(fc.constantFrom('watch', 'stat', 'odd op', 'by'), fc.array(tie('item'), { maxLength: 3 }))
			.map(([head, items]): Stage => ({ kind: 'stage', name: { text: head, span }, items, span })),
		expr.map(
			(value): Stage => ({
				kind: 'stage',
				name: { text: 'where', span },
				items: [{ kind: 'args', args: [{ name: null, value, order: null, span }], span }],
				span,
			}),
		),
	),
	pipeline: fc
		.tuple(fc.boolean(), fc.array(tie('stage'), { minLength: 1, maxLength: 3 }))
		.map(([continues, stages]): Pipeline => ({ kind: 'pipeline', continues, stages, span })),
}));

const parameter: fc.Arbitrary<Parameter> = fc.record({
	name,
	type: nullable(name),
	value: nullable(expr),
	span: fc.constant(span),
});
const parameters = fc.array(parameter, { maxLength: 2 });
const doc = fc.constantFrom(undefined, 'One line.', 'Two\n\n  lines.');
const withDoc = <T extends Statement>(statement: T, words: string | undefined): T =>
	words === undefined ? statement : { ...statement, doc: words };

const statement: fc.Arbitrary<Statement> = fc.oneof(
	pipeline,
	fc.tuple(name, expr, doc).map(([found, value, words]) => withDoc({ kind: 'let', name: found, value, span }, words)),
	fc
		.tuple(name, parameters, expr, doc)
		.map(([found, params, body, words]) => withDoc({ kind: 'fn', name: found, params, body, span }, words)),
	fc
		.tuple(
			name,
			parameters,
			nullable(fc.record({ name, value: nullable(someArgs) })),
			nullable(fc.record({ name, value: nullable(expr) })),
			pipeline,
			doc,
		)
		.map(([found, params, by, every, body, words]) =>
			withDoc({ kind: 'op', name: found, params, by, every, body, span }, words),
		),
	fc.tuple(parameter, doc).map(([found, words]) => withDoc({ kind: 'param', parameter: found, span }, words)),
	fc
		.tuple(text, fc.boolean())
		.map(([value, raw]): Statement => ({ kind: 'use', path: { kind: 'string', value, raw, span }, span })),
	fc
		.tuple(fc.array(flag, { maxLength: 2 }), pipeline)
		.map(([flags, inner]): Statement => ({ kind: 'explain', flags, pipeline: inner, span })),
);

export const program: fc.Arbitrary<Program> = fc
	.array(statement, { minLength: 1, maxLength: 3 })
	.map((statements) => ({ kind: 'program', source: { name: 'test', text: '' }, statements, span }));
