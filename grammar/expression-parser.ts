import { EmbeddedActionsParser, type IToken, type ParserMethod } from 'chevrotain';
import type { Arg, BinaryOperator, Expr, Name } from './ast.ts';
import { EXPECTED_MESSAGES, EXPRESSION } from './expected.ts';
import { spanOf } from './lexer.ts';
import { decodeLiteral } from './literals.ts';
import { climb, type Infixed, isBinaryOperator, type Operand } from './precedence.ts';
import type { Problem, Report } from './problem.ts';
import { cover, type Span } from './span.ts';
import { unescapeFormat } from './strings.ts';
import * as t from './tokens.ts';

export type Rule<T> = ParserMethod<[], T>;

const nameOf = (token: IToken): Name =>
	token.tokenType === t.Quoted
		? { text: token.image.slice(1, -1), quoted: true, span: spanOf(token) }
		: { text: token.image, span: spanOf(token) };

/** From `start` through the last of `nodes`. */
export const through = (start: Span, nodes: readonly { readonly span: Span }[]): Span =>
	cover(start, nodes.at(-1)?.span ?? start);

const operatorOf = (image: string): BinaryOperator => {
	if (!isBinaryOperator(image)) throw new RangeError(`no operator ${image}`);
	return image;
};

/**
 * Expressions and arguments. Chevrotain runs every rule once with dummy tokens to record its shape, so a rule only
 * collects in its body and builds its node in ACTION, which the recording leaves out.
 */
export abstract class ExpressionParser extends EmbeddedActionsParser {
	/** What the nodes themselves found wrong since `begin`; what the grammar found is in `errors`. */
	problems: Problem[] = [];
	protected readonly report: Report = (problem) => this.problems.push(problem);

	constructor({ validate }: { readonly validate: boolean }) {
		super(t.VOCABULARY, { maxLookahead: 2, skipValidations: !validate, errorMessageProvider: EXPECTED_MESSAGES });
	}

	/** Takes the tokens that the next rule is to read. */
	begin(tokens: readonly IToken[]): void {
		this.problems = [];
		this.input = [...tokens];
	}

	/** `(`, `[` and `.` go on with an expression only when no blank stands before them. */
	private touches(): boolean {
		return spanOf(this.LA(0)).end === this.LA(1).startOffset;
	}

	readonly expr: Rule<Expr> = this.RULE('expr', (): Expr => {
		const rest: Infixed[] = [];
		const first = this.SUBRULE1(this.operand);
		this.MANY(() => {
			const infix = this.SUBRULE(this.infix);
			const operand = this.SUBRULE2(this.operand);
			this.ACTION(() => rest.push({ ...infix, operand }));
		});
		return this.ACTION(() => climb(first, rest, this.report));
	});

	private readonly infix: Rule<Omit<Infixed, 'operand'>> = this.RULE(
		'infix',
		(): Omit<Infixed, 'operand'> =>
			this.OR([
				{
					ALT: () => {
						const token = this.CONSUME(t.Infix);
						return this.ACTION(() => ({ operator: operatorOf(token.image), span: spanOf(token) }));
					},
				},
				{
					ALT: () => {
						const not = this.CONSUME(t.word('not'));
						const inside = this.CONSUME(t.word('in'));
						return this.ACTION(() => ({ operator: 'not in' as const, span: cover(spanOf(not), spanOf(inside)) }));
					},
				},
			]),
	);

	private readonly operand: Rule<Operand> = this.RULE('operand', (): Operand => {
		const nots: IToken[] = [];
		this.MANY(() => nots.push(this.CONSUME(t.word('not'))));
		const value = this.SUBRULE(this.unary);
		return this.ACTION(() => ({ nots: nots.map(spanOf), value }));
	});

	private readonly unary: Rule<Expr> = this.RULE('unary', (): Expr => {
		const signs: IToken[] = [];
		this.MANY(() => signs.push(this.CONSUME(t.Minus)));
		const operand = this.SUBRULE(this.postfix);
		return this.ACTION(() =>
			signs.reduceRight<Expr>(
				(inner, sign) => ({ kind: 'unary', operator: '-', operand: inner, span: cover(spanOf(sign), inner.span) }),
				operand,
			),
		);
	});

	private readonly postfix: Rule<Expr> = this.RULE('postfix', (): Expr => {
		let object = this.SUBRULE(this.primary);
		this.MANY({
			GATE: () => this.touches(),
			DEF: () =>
				this.OR([
					{
						ALT: () => {
							this.CONSUME(t.Dot);
							const name = this.CONSUME(t.Word);
							this.ACTION(() => {
								object = { kind: 'member', object, name: nameOf(name), span: cover(object.span, spanOf(name)) };
							});
						},
					},
					{
						ALT: () => {
							this.CONSUME(t.OpenBracket);
							const index = this.SUBRULE(this.expr);
							const end = this.CONSUME(t.CloseBracket);
							this.ACTION(() => {
								object = { kind: 'index', object, index, span: cover(object.span, spanOf(end)) };
							});
						},
					},
				]),
		});
		return object;
	});

	private readonly primary: Rule<Expr> = this.RULE(
		'primary',
		(): Expr =>
			this.OR({
				ERR_MSG: EXPRESSION,
				DEF: [
					{
						ALT: () => {
							const token = this.CONSUME(t.Literal);
							return this.ACTION(() => decodeLiteral(token, this.report));
						},
					},
					{ ALT: () => this.SUBRULE(this.format) },
					{ ALT: () => this.SUBRULE(this.nameOrCall) },
					{ ALT: () => this.SUBRULE(this.field) },
					{ ALT: () => this.SUBRULE(this.group) },
					{ ALT: () => this.SUBRULE(this.list) },
				],
			}),
	);

	private readonly format: Rule<Expr> = this.RULE('format', (): Expr => {
		const parts = [this.CONSUME(t.FormatStart)];
		const exprs = [this.SUBRULE1(this.expr)];
		this.MANY(() => {
			parts.push(this.CONSUME(t.FormatMiddle));
			exprs.push(this.SUBRULE2(this.expr));
		});
		parts.push(this.CONSUME(t.FormatEnd));
		return this.ACTION(() => ({
			kind: 'format',
			texts: parts.map(({ image, startOffset }) => {
				const before = image.startsWith('f"') ? 2 : 1;
				return unescapeFormat(image.slice(before, -1), startOffset + before, this.report);
			}),
			exprs,
			span: parts.map(spanOf).reduce(cover),
		}));
	});

	readonly name: Rule<Name> = this.RULE('name', (): Name => {
		const token = this.CONSUME(t.NameLike);
		return this.ACTION(() => nameOf(token));
	});

	private readonly nameOrCall: Rule<Expr> = this.RULE('nameOrCall', (): Expr => {
		const callee = this.SUBRULE(this.name);
		const call = this.OPTION1({
			GATE: () => this.touches(),
			DEF: () => {
				this.CONSUME(t.OpenParen);
				const args = this.OPTION2(() => this.SUBRULE(this.args)) ?? [];
				const where = this.OPTION3(() => {
					this.CONSUME(t.word('where'));
					return this.SUBRULE(this.expr);
				});
				return { args, where: where ?? null, end: this.CONSUME(t.CloseParen) };
			},
		});
		return this.ACTION(() => {
			if (call === undefined) return { kind: 'name', name: callee, span: callee.span };
			const { args, where, end } = call;
			return { kind: 'call', callee, args, where, span: cover(callee.span, spanOf(end)) };
		});
	});

	private readonly field: Rule<Expr> = this.RULE('field', (): Expr => {
		const dot = this.CONSUME(t.Dot);
		const name = this.CONSUME(t.Word);
		return this.ACTION(() => ({ kind: 'field', name: nameOf(name), span: cover(spanOf(dot), spanOf(name)) }));
	});

	private readonly group: Rule<Expr> = this.RULE('group', (): Expr => {
		const start = this.CONSUME(t.OpenParen);
		const inner = this.SUBRULE(this.expr);
		const end = this.CONSUME(t.CloseParen);
		return this.ACTION(() => ({ kind: 'group', inner, span: cover(spanOf(start), spanOf(end)) }));
	});

	private readonly list: Rule<Expr> = this.RULE('list', (): Expr => {
		const items: Expr[] = [];
		const start = this.CONSUME(t.OpenBracket);
		this.MANY_SEP({ SEP: t.Comma, DEF: () => items.push(this.SUBRULE(this.expr)) });
		const end = this.CONSUME(t.CloseBracket);
		return this.ACTION(() => ({ kind: 'list', items, span: cover(spanOf(start), spanOf(end)) }));
	});

	readonly args: Rule<Arg[]> = this.RULE('args', (): Arg[] => {
		const args: Arg[] = [];
		this.AT_LEAST_ONE_SEP({ SEP: t.Comma, ERR_MSG: EXPRESSION, DEF: () => args.push(this.SUBRULE(this.arg)) });
		return args;
	});

	private readonly arg: Rule<Arg> = this.RULE('arg', (): Arg => {
		const name = this.OPTION1(() => {
			const label = this.SUBRULE(this.name);
			this.CONSUME(t.Assign);
			return label;
		});
		const value = this.SUBRULE(this.expr);
		const order = this.OPTION2(() =>
			this.OR([{ ALT: () => this.CONSUME(t.word('asc')) }, { ALT: () => this.CONSUME(t.word('desc')) }]),
		);
		return this.ACTION(() => ({
			name: name ?? null,
			value,
			order: order === undefined ? null : order.image === 'asc' ? 'asc' : 'desc',
			span: cover(name?.span ?? value.span, order === undefined ? value.span : spanOf(order)),
		}));
	});
}
