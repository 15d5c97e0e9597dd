import type { BlockItem, FlagItem, Fn, Item, Op, Parameter, Pipeline, Stage, Statement } from './ast.ts';
import { OPERATOR } from './expected.ts';
import { ExpressionParser, type Rule, through } from './expression-parser.ts';
import { flagOf } from './flags.ts';
import { spanOf } from './lexer.ts';
import { decodeLiteral } from './literals.ts';
import { cover } from './span.ts';
import * as t from './tokens.ts';

const EXPRESSION_CLAUSES = ['where', 'on', 'every', 'over', 'within', 'for'] as const;

/** Statements, pipelines and stages. */
export class Parser extends ExpressionParser {
	/** Validation of the grammar itself costs more than the rest of the start and belongs into a test. */
	constructor({ validate }: { readonly validate: boolean }) {
		super({ validate });
		this.performSelfAnalysis();
	}

	readonly statement: Rule<Statement> = this.RULE(
		'statement',
		(): Statement =>
			this.OR({
				IGNORE_AMBIGUITIES: true, // A soft word before a name is the definition; elsewhere it is a name.
				ERR_MSG: OPERATOR,
				DEF: [
					{ ALT: () => this.SUBRULE(this.let) },
					{ ALT: () => this.SUBRULE(this.fn) },
					{ ALT: () => this.SUBRULE(this.op) },
					{ ALT: () => this.SUBRULE(this.param) },
					{ ALT: () => this.SUBRULE(this.use) },
					{ ALT: () => this.SUBRULE(this.explain) },
					{ ALT: () => this.SUBRULE(this.pipeline) },
				],
			}),
	);

	private readonly let: Rule<Statement> = this.RULE('let', (): Statement => {
		const start = this.CONSUME(t.word('let'));
		const name = this.SUBRULE(this.name);
		this.CONSUME(t.Assign);
		const value = this.SUBRULE(this.expr);
		return this.ACTION(() => ({ kind: 'let', name, value, span: through(spanOf(start), [value]) }));
	});

	private readonly fn: Rule<Fn> = this.RULE('fn', (): Fn => {
		const start = this.CONSUME(t.word('fn'));
		const name = this.SUBRULE(this.name);
		const params = this.SUBRULE(this.params);
		this.CONSUME(t.Assign);
		const body = this.SUBRULE(this.expr);
		return this.ACTION(() => ({ kind: 'fn', name, params, body, span: through(spanOf(start), [body]) }));
	});

	private readonly op: Rule<Op> = this.RULE('op', (): Op => {
		const start = this.CONSUME(t.word('op'));
		const name = this.SUBRULE(this.name);
		const params = this.OPTION1(() => this.SUBRULE(this.params)) ?? [];
		const by = this.OPTION2(() => {
			this.CONSUME(t.word('by'));
			const key = this.SUBRULE2(this.name);
			const value = this.OPTION3(() => {
				this.CONSUME1(t.Assign);
				return this.SUBRULE(this.args);
			});
			return { name: key, value: value ?? null };
		});
		const every = this.OPTION4(() => {
			this.CONSUME(t.word('every'));
			const window = this.SUBRULE3(this.name);
			const value = this.OPTION5(() => {
				this.CONSUME2(t.Assign);
				return this.SUBRULE(this.expr);
			});
			return { name: window, value: value ?? null };
		});
		const { pipeline, span } = this.SUBRULE(this.block);
		return this.ACTION(() => ({
			kind: 'op',
			name,
			params,
			by: by ?? null,
			every: every ?? null,
			body: pipeline,
			span: cover(spanOf(start), span),
		}));
	});

	private readonly param: Rule<Statement> = this.RULE('param', (): Statement => {
		const start = this.CONSUME(t.word('param'));
		const parameter = this.SUBRULE(this.parameter);
		return this.ACTION(() => ({ kind: 'param', parameter, span: through(spanOf(start), [parameter]) }));
	});

	private readonly params: Rule<Parameter[]> = this.RULE('params', (): Parameter[] => {
		const params: Parameter[] = [];
		this.CONSUME(t.OpenParen);
		this.MANY_SEP({ SEP: t.Comma, DEF: () => params.push(this.SUBRULE(this.parameter)) });
		this.CONSUME(t.CloseParen);
		return params;
	});

	private readonly parameter: Rule<Parameter> = this.RULE('parameter', (): Parameter => {
		const name = this.SUBRULE1(this.name);
		const type = this.OPTION1(() => {
			this.CONSUME(t.Colon);
			return this.SUBRULE2(this.name);
		});
		const value = this.OPTION2(() => {
			this.CONSUME(t.Assign);
			return this.SUBRULE(this.expr);
		});
		return this.ACTION(() => ({
			name,
			type: type ?? null,
			value: value ?? null,
			span: through(
				name.span,
				[type, value].filter((part) => part !== undefined),
			),
		}));
	});

	private readonly use: Rule<Statement> = this.RULE('use', (): Statement => {
		const start = this.CONSUME(t.word('use'));
		const token = this.OR([{ ALT: () => this.CONSUME(t.Text) }, { ALT: () => this.CONSUME(t.RawString) }]);
		return this.ACTION(() => {
			const path = decodeLiteral(token, this.report);
			if (path.kind !== 'string') throw new TypeError('a string token makes a string');
			return { kind: 'use', path, span: through(spanOf(start), [path]) };
		});
	});

	private readonly explain: Rule<Statement> = this.RULE('explain', (): Statement => {
		const start = this.CONSUME(t.word('explain'));
		const flags: FlagItem[] = [];
		this.MANY(() => flags.push(this.SUBRULE(this.flag)));
		const pipeline = this.SUBRULE(this.pipeline);
		return this.ACTION(() => ({
			kind: 'explain',
			flags,
			pipeline,
			span: through(spanOf(start), [pipeline]),
		}));
	});

	private readonly pipeline: Rule<Pipeline> = this.RULE('pipeline', (): Pipeline => {
		const stages: Stage[] = [];
		const pipe = this.OPTION(() => this.CONSUME(t.Pipe));
		this.AT_LEAST_ONE_SEP({ SEP: t.Pipe, ERR_MSG: OPERATOR, DEF: () => stages.push(this.SUBRULE(this.stage)) });
		return this.ACTION(() => {
			const start = pipe === undefined ? stages[0]?.span : spanOf(pipe);
			if (start === undefined) throw new RangeError('a pipeline has a stage');
			return { kind: 'pipeline', continues: pipe !== undefined, stages, span: through(start, stages) };
		});
	});

	private readonly stage: Rule<Stage> = this.RULE('stage', (): Stage => {
		const items: Item[] = [];
		const name = this.OR({
			ERR_MSG: OPERATOR,
			DEF: [
				{ ALT: () => this.SUBRULE(this.name) },
				{
					ALT: () => {
						const where = this.CONSUME(t.word('where'));
						const condition = this.SUBRULE(this.expr);
						this.ACTION(() => {
							const arg = { name: null, value: condition, order: null, span: condition.span };
							items.push({ kind: 'args', args: [arg], span: condition.span });
						});
						return this.ACTION(() => ({ text: where.image, span: spanOf(where) }));
					},
				},
			],
		});
		this.MANY(() => items.push(this.SUBRULE(this.item)));
		return this.ACTION(() => ({ kind: 'stage', name, items, span: through(name.span, items) }));
	});

	private readonly item: Rule<Item> = this.RULE(
		'item',
		(): Item =>
			this.OR({
				DEF: [
					{ ALT: () => this.SUBRULE(this.by) },
					{ ALT: () => this.SUBRULE(this.clause) },
					{ ALT: () => this.SUBRULE(this.as) },
					{ ALT: () => this.SUBRULE(this.flag) },
					{ ALT: () => this.SUBRULE(this.block) },
					{ ALT: () => this.SUBRULE(this.argsItem) },
				],
			}),
	);

	private readonly by: Rule<Item> = this.RULE('by', (): Item => {
		const start = this.CONSUME(t.word('by'));
		const args = this.SUBRULE(this.args);
		return this.ACTION(() => ({ kind: 'by', args, span: through(spanOf(start), args) }));
	});

	private readonly clause: Rule<Item> = this.RULE('clause', (): Item => {
		const { kind, token } = this.OR(
			EXPRESSION_CLAUSES.map((kind) => ({ ALT: () => ({ kind, token: this.CONSUME(t.word(kind)) }) })),
		);
		const value = this.SUBRULE(this.expr);
		return this.ACTION(() => ({ kind, value, span: through(spanOf(token), [value]) }));
	});

	private readonly as: Rule<Item> = this.RULE('as', (): Item => {
		const start = this.CONSUME(t.word('as'));
		const name = this.SUBRULE(this.name);
		return this.ACTION(() => ({ kind: 'as', name, span: through(spanOf(start), [name]) }));
	});

	private readonly block: Rule<BlockItem> = this.RULE('block', (): BlockItem => {
		const start = this.CONSUME(t.OpenBrace);
		const pipeline = this.SUBRULE(this.pipeline);
		const end = this.CONSUME(t.CloseBrace);
		return this.ACTION(() => ({ kind: 'block', pipeline, span: cover(spanOf(start), spanOf(end)) }));
	});

	private readonly flag: Rule<FlagItem> = this.RULE('flag', (): FlagItem => {
		const token = this.CONSUME(t.Flag);
		return this.ACTION(() => flagOf(token, this.report));
	});

	private readonly argsItem: Rule<Item> = this.RULE('argsItem', (): Item => {
		const args = this.SUBRULE(this.args);
		return this.ACTION(() => ({ kind: 'args', args, span: args.map((arg) => arg.span).reduce(cover) }));
	});
}
