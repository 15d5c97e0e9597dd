import type { Item, Stage } from '../../../grammar/ast.ts';
import type { Definitions } from '../definitions.ts';
import type { Env } from '../env.ts';
import type { Ir } from '../expression/ir.ts';
import type { Scope } from '../expression/scope.ts';
import type { Flow } from '../flow.ts';
import type { Plan } from '../plan.ts';
import type { Problems } from '../problems.ts';
import type { Replacements } from '../replacements.ts';
import type { SignalOperator } from './transform.ts';

export interface CheckContext {
	readonly problems: Problems;
	readonly definitions: Definitions;
	readonly replacements: Replacements;
	readonly nowNs: bigint;
	/** `--from FILE`: what `watch` reads instead. */
	readonly from: string | null;
}

/** A stage that is known to be right. */
export interface CheckedStage {
	/** What comes out of it. */
	readonly flow: Flow;
	/** Every expression in it: what the capture must be able to answer. */
	readonly expressions: readonly Ir[];
	/** Holds for every record that passes. */
	readonly condition?: Ir;
	/** Conditions behind it may be decided before it: it neither counts nor changes records. */
	readonly transparent?: boolean;
	readonly source?: Plan['source'];
	readonly output?: NonNullable<Plan['output']>;
	/** Groups rows: needs arquero. */
	readonly aggregates?: boolean;
	readonly build: (env: Env) => SignalOperator;
}

/** An operator of the language: all that checker, help and completion know of it. */
export interface Operator {
	readonly name: string;
	/** One line. */
	readonly doc: string;
	readonly usage: string;
	readonly examples: readonly string[];
	/** Kinds of items that it takes, besides which there is an error. */
	readonly takes: readonly Item['kind'][];
	/** Begins a pipeline; every other operator needs something in front. */
	readonly source?: true;
	/** Null when something was wrong and has been reported. */
	readonly check: (stage: Stage, input: Flow, context: CheckContext) => CheckedStage | null;
}

/** Where the names of an expression in a stage are looked up. */
export const scopeOf = (flow: Flow, { problems, definitions, replacements, nowNs }: CheckContext): Scope => ({
	problems,
	definitions,
	replacements,
	flow,
	nowNs,
	aggregate: null,
	replacing: [],
});
