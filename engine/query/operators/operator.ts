import type { BlockItem, Item, Stage } from '../../../grammar/ast.ts';
import type { FileSource } from '../../capture/file-source.ts';
import type { Field } from '../../exchange/field.ts';
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
	readonly from: FileSource | null;
	/** Results that `from NAME` goes on from. */
	readonly kept: ReadonlyMap<string, Flow>;
	/** `--local CIDR` of the command line. */
	readonly local: readonly string[];
	/** Checks a pipeline in braces: with its own source where `input` is null. Null when it was wrong. */
	readonly checkBlock: (block: BlockItem, input: Flow | null) => CheckedBlock | null;
}

/** A pipeline in braces that is known to be right. */
export interface CheckedBlock {
	readonly stages: readonly CheckedStage[];
	readonly flow: Flow;
	readonly source: Plan['source'] | null;
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
	/** What it tells of this moment in place of what has happened; connections are among them that carry nothing. */
	readonly present?: 'connections' | 'requests';
	/** One of its rows may be the last one of the query, however many more came with it. */
	readonly mayStop?: true;
	/** It says when the query ends: what is true at a moment is told of that one. */
	readonly ends?: true;
	readonly output?: NonNullable<Plan['output']>;
	/** Pipelines in braces. */
	readonly blocks?: readonly CheckedBlock[];
	/** A block that sends its rows to an output of its own. */
	readonly branch?: CheckedBlock;
	/** Groups rows: needs arquero. */
	readonly aggregates?: boolean;
	/** What it holds on to and for how long, in words for `explain`. */
	readonly keeps?: readonly string[];
	readonly build: (env: Env) => SignalOperator;
	/** The same stage with its rows left as they came: its columns are expressions over them. See `Operator.keepsNoRows`. */
	readonly unprojected?: Omit<CheckedStage, 'unprojected'>;
}

/** An operator of the language: all that checker, help and completion know of it. */
export interface Operator {
	readonly name: string;
	/** One line. */
	readonly doc: string;
	readonly usage: string;
	readonly examples: readonly string[];
	readonly flags?: readonly OperatorFlag[];
	/** Of its rows, where they are not those of exchanges. */
	readonly columns?: readonly Pick<Field, 'name' | 'type' | 'doc'>[];
	/** Kinds of items that it takes, besides which there is an error. */
	readonly takes: readonly Item['kind'][];
	/** Begins a pipeline; every other operator needs something in front. */
	readonly source?: true;
	/** Its block goes on with the rows of the stage; without it a block has a source of its own. */
	readonly blockTakesRows?: true;
	/** Takes from each row at once what it needs of it: a projection in front of it need not be made. */
	readonly keepsNoRows?: true;
	/** Its rows go out with the columns they came in with, so that stages behind a wrong one can be checked, too. */
	readonly keepsColumns?: true;
	/** Null when something was wrong and has been reported. */
	readonly check: (stage: Stage, input: Flow, context: CheckContext) => CheckedStage | null;
}

/** A flag of an operator. */
export interface OperatorFlag {
	readonly name: string;
	/** What stands behind `=`, in a word; null for a switch. */
	readonly value: string | null;
	/** One line. */
	readonly doc: string;
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
