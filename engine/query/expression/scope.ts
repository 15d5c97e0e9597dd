import type { Call } from '../../../grammar/ast.ts';
import type { Definitions } from '../definitions.ts';
import type { Flow } from '../flow.ts';
import type { Problems } from '../problems.ts';
import type { Replacements } from '../replacements.ts';
import type { Ir } from './ir.ts';

/** What names mean where an expression stands. */
export interface Scope {
	readonly problems: Problems;
	readonly definitions: Definitions;
	readonly flow: Flow;
	/** Wall clock at the start of the query, ns since the epoch. */
	readonly nowNs: bigint;
	/** Takes the calls of aggregates where they may stand. */
	readonly aggregate: ((call: Call) => Ir | null) | null;
	readonly replacements: Replacements;
	/** `let`s and `param`s being replaced by what they stand for: none may need itself. */
	readonly replacing: readonly string[];
}
