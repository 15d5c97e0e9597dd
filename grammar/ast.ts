import type { SourceText, Span } from './span.ts';

/*
 * The tree of a program. Operators are not productions: a stage is a name and items, and the registry in engine/query
 * says what they mean. Every node carries its span; `source` hangs on the program and on each stage's owner, so that a
 * node substituted from an `op` still points into the text it was written in.
 */

export interface Node {
	readonly span: Span;
}

export interface Name extends Node {
	readonly text: string;
	/** Written as `odd name` in backquotes. */
	readonly quoted?: boolean;
}

export interface Program extends Node {
	readonly kind: 'program';
	readonly source: SourceText;
	readonly statements: readonly Statement[];
}

export type Statement = Let | Fn | Op | Param | Use | Explain | Pipeline;

export interface Let extends Node {
	readonly kind: 'let';
	readonly name: Name;
	readonly value: Expr;
	readonly doc?: string;
}

export interface Parameter extends Node {
	readonly name: Name;
	readonly type: Name | null;
	readonly value: Expr | null;
}

export interface Fn extends Node {
	readonly kind: 'fn';
	readonly name: Name;
	readonly params: readonly Parameter[];
	readonly body: Expr;
	readonly doc?: string;
}

export interface Op extends Node {
	readonly kind: 'op';
	readonly name: Name;
	readonly params: readonly Parameter[];
	/** `by keys = remote_ip`: the name that stands for the list, and the list when none is given. */
	readonly by: { readonly name: Name; readonly value: readonly Arg[] | null } | null;
	/** `every w = none`. */
	readonly every: { readonly name: Name; readonly value: Expr | null } | null;
	readonly body: Pipeline;
	/** The `##` lines above it, without the marks. */
	readonly doc?: string;
}

export interface Param extends Node {
	readonly kind: 'param';
	readonly parameter: Parameter;
	readonly doc?: string;
}

export interface Use extends Node {
	readonly kind: 'use';
	readonly path: StringLiteral;
}

export interface Explain extends Node {
	readonly kind: 'explain';
	readonly flags: readonly FlagItem[];
	readonly pipeline: Pipeline;
}

export interface Pipeline extends Node {
	readonly kind: 'pipeline';
	/** Began with `|`: goes on from the last result. */
	readonly continues: boolean;
	readonly stages: readonly Stage[];
}

export interface Stage extends Node {
	readonly kind: 'stage';
	readonly name: Name;
	readonly items: readonly Item[];
}

export type Item = ByItem | ClauseItem | AsItem | FlagItem | BlockItem | ArgsItem;

export interface ByItem extends Node {
	readonly kind: 'by';
	readonly args: readonly Arg[];
}

export interface ClauseItem extends Node {
	readonly kind: 'where' | 'on' | 'every' | 'over' | 'within' | 'for';
	readonly value: Expr;
}

export interface AsItem extends Node {
	readonly kind: 'as';
	readonly name: Name;
}

export interface FlagItem extends Node {
	readonly kind: 'flag';
	/** Without the leading dashes. */
	readonly name: Name;
	/** What stood behind `=`, unquoted; null for a bare `--name`. */
	readonly value: { readonly text: string; readonly quoted: boolean; readonly span: Span } | null;
}

export interface BlockItem extends Node {
	readonly kind: 'block';
	readonly pipeline: Pipeline;
}

export interface ArgsItem extends Node {
	readonly kind: 'args';
	readonly args: readonly Arg[];
}

export interface Arg extends Node {
	readonly name: Name | null;
	readonly value: Expr;
	readonly order: 'asc' | 'desc' | null;
}

export type Expr =
	| StringLiteral
	| FormatString
	| NumberLiteral
	| QuantityLiteral
	| AddressLiteral
	| TimeLiteral
	| ConstantLiteral
	| NameExpr
	| FieldExpr
	| Call
	| Member
	| Index
	| ListExpr
	| Unary
	| Binary
	| Group;

export interface StringLiteral extends Node {
	readonly kind: 'string';
	readonly value: string;
	/** '…' : taken as it stands. */
	readonly raw: boolean;
}

/** f"… {expr} …": text and expressions in turn, beginning and ending with text. */
export interface FormatString extends Node {
	readonly kind: 'format';
	readonly texts: readonly string[];
	readonly exprs: readonly Expr[];
}

export interface NumberLiteral extends Node {
	readonly kind: 'int' | 'float';
	readonly value: number;
	/** As written, for printing back: `1_000`, `0x1F`, `1e6`. */
	readonly text?: string;
}

/** A number with a unit: duration in ns, size in bytes, percent as a fraction (99.9% is 0.999). */
export interface QuantityLiteral extends Node {
	readonly kind: 'duration' | 'size' | 'percent';
	readonly value: number;
	/** As written, for printing back. */
	readonly text: string;
}

export interface AddressLiteral extends Node {
	readonly kind: 'ip' | 'cidr';
	readonly text: string;
}

/** @2026-01-02T03:04:05Z (`epochNs` is set) or @10:30 (a time of day, local). */
export interface TimeLiteral extends Node {
	readonly kind: 'time';
	readonly text: string;
	readonly epochNs: bigint | null;
	readonly timeOfDayNs: number | null;
}

export interface ConstantLiteral extends Node {
	readonly kind: 'constant';
	readonly value: true | false | null;
}

export interface NameExpr extends Node {
	readonly kind: 'name';
	readonly name: Name;
}

/** `.name`: always the field, whatever shadows it. */
export interface FieldExpr extends Node {
	readonly kind: 'field';
	readonly name: Name;
}

/** `f(args where condition)`. */
export interface Call extends Node {
	readonly kind: 'call';
	readonly callee: Name;
	readonly args: readonly Arg[];
	readonly where: Expr | null;
}

export interface Member extends Node {
	readonly kind: 'member';
	readonly object: Expr;
	readonly name: Name;
}

export interface Index extends Node {
	readonly kind: 'index';
	readonly object: Expr;
	readonly index: Expr;
}

export interface ListExpr extends Node {
	readonly kind: 'list';
	readonly items: readonly Expr[];
}

export interface Unary extends Node {
	readonly kind: 'unary';
	readonly operator: 'not' | '-';
	readonly operand: Expr;
}

export type BinaryOperator =
	| 'or'
	| 'and'
	| '=='
	| '!='
	| '<'
	| '<='
	| '>'
	| '>='
	| '~'
	| '!~'
	| 'in'
	| 'not in'
	| 'contains'
	| 'startswith'
	| 'endswith'
	| 'like'
	| '??'
	| '..'
	| '+'
	| '-'
	| '*'
	| '/'
	| '%';

export interface Binary extends Node {
	readonly kind: 'binary';
	readonly operator: BinaryOperator;
	readonly left: Expr;
	readonly right: Expr;
}

/** ( expr ): kept so that the printer gives back what was written. */
export interface Group extends Node {
	readonly kind: 'group';
	readonly inner: Expr;
}
