import type { Explain, Expr, Pipeline, Program, Stage, Statement } from '../../grammar/ast.ts';
import { loadSketches } from './aggregates/distribution.ts';
import { blocksOf } from './blocks.ts';
import { refuseClock } from './check-clock.ts';
import { checkParams } from './check-params.ts';
import { collectDefinitions } from './collect-definitions.ts';
import type { Definitions } from './definitions.ts';
import { describePlan } from './explain/describe.ts';
import { loadPatternEngine, needsEngine } from './expression/pattern.ts';
import { loadArquero } from './grouping/rollup.ts';
import { measured, planOf } from './make-plan.ts';
import type { CheckContext, CheckedStage } from './operators/operator.ts';
import type { Compiled, CompileOptions } from './plan.ts';
import { checkBlock, checkStages } from './plan-stages.ts';
import { Problems } from './problems.ts';
import { refuseFormat } from './refuse-format.ts';
import { refuseSources } from './refuse-sources.ts';
import { Replacements } from './replacements.ts';
import type { IsWritten } from './tested-fields.ts';
import { expandStages } from './views/expand.ts';
import { fromLast, LAST } from './views/imply-last.ts';
import { mapExpr, mapPipeline, type TreeMap } from './views/map.ts';
import { warnOfOtherEnd } from './warn-other-end.ts';
import { warnOfProtocol } from './warn-protocol.ts';

/**
 * Makes plans of a parsed program. Never throws for a wrong program: `diagnostics` then say what is wrong, and there are
 * no plans. Asynchronous because it loads the libraries that only some queries need.
 */
export const compileProgram = async (program: Program, options: CompileOptions): Promise<Compiled> => {
	const problems = new Problems(program.source);
	const { definitions, params, diagnostics } = collectDefinitions(program, options, problems);
	// Values that are missing would look like misspelt fields everywhere.
	if (problems.errors > 0) return { plans: [], diagnostics: [...diagnostics, ...problems.diagnostics] };
	const asked = program.statements.flatMap((statement) => askedOf(statement, problems));
	const replacements = new Replacements();
	const context: CheckContext = {
		problems,
		definitions,
		replacements,
		nowNs: options.nowNs,
		from: options.from,
		kept: options.kept ?? new Map(),
		local: options.local ?? [],
		checkBlock: (block, input) => checkBlock(block, input, context),
	};
	checkParams(params, context);
	if (problems.errors > 0) return { plans: [], diagnostics: [...diagnostics, ...problems.diagnostics] };
	const expanded = asked.map(({ pipeline }) => expand(pipeline, context));
	if (usesPatternEngine(expanded, definitions)) await loadPatternEngine();
	const checked = expanded.map(
		(pipeline, at) => pipeline && { ...asked[at], pipeline, stages: checkStages(pipeline.stages, context) },
	);
	for (const one of checked) {
		if (!one?.stages) continue;
		refuseSources(one.pipeline, one.stages, problems);
		refuseFormat(one.pipeline, one.stages, options.format, problems);
	}
	if (options.nowGiven !== true) for (const one of checked) if (one?.stages) refuseClock(one.stages, problems);
	// Stages that take all columns make fields of their own, which stand at the place of the stage.
	const isWritten: IsWritten = (name, { node }) => {
		const { source, call } = problems.originOf(node);
		return call === null && /\w+(?=`?$)/.exec(source.text.slice(node.span.start, node.span.end))?.[0] === name;
	};
	for (const one of checked) {
		if (!one?.stages) continue;
		warnOfOtherEnd(one.stages, options.scope, isWritten, problems);
		warnOfProtocol(one.stages, problems);
	}
	const all = [...diagnostics, ...problems.diagnostics];
	if (all.some(({ severity }) => severity === 'error')) return { plans: [], diagnostics: all };
	const right = checked.flatMap((one) => (one?.stages ? [{ ...one, stages: one.stages }] : []));
	const plans = right.flatMap((one) =>
		one.runs ? [one.explained ? measured(one, options, isWritten) : planOf(one, options, isWritten)] : [],
	);
	const explanations = right.flatMap((one) =>
		one.explained
			? [describePlan(one.pipeline, one.stages, planOf(one, options, isWritten), options.captureMode, options.width)]
			: [],
	);
	if (checked.some((one) => one?.stages && aggregates(one.stages))) await Promise.all([loadArquero(), loadSketches()]);
	return { plans, ...(explanations.length > 0 && { explanations }), diagnostics: all };
};

/** A pipeline that is to be run, explained, or both. */
interface Asked {
	readonly pipeline: Pipeline;
	readonly explained: boolean;
	readonly runs: boolean;
}

const askedOf = (statement: Statement, problems: Problems): readonly Asked[] => {
	if (statement.kind === 'pipeline') return [{ pipeline: statement, explained: false, runs: true }];
	if (statement.kind !== 'explain') return [];
	refuseFlags(statement, problems);
	if (refuseDefinition(statement, problems)) return [];
	return [{ pipeline: statement.pipeline, explained: true, runs: statement.flags.length > 0 }];
};

const refuseFlags = ({ flags }: Explain, problems: Problems): void => {
	const foreign = flags.find(({ name, value }) => name.text !== 'run' || value !== null);
	if (foreign !== undefined)
		problems.error('CIQ306', foreign, `\`explain\` has no flag \`--${foreign.name.text}\``, {
			label: 'write `explain pipeline` or `explain --run pipeline`',
		});
};

/** Statements that are no pipelines. */
const DEFINITIONS: readonly string[] = ['let', 'op', 'param', 'use'];

const refuseDefinition = ({ pipeline }: Explain, problems: Problems): boolean => {
	const name = pipeline.stages[0]?.name;
	if (name === undefined || !DEFINITIONS.includes(name.text)) return false;
	problems.error('CIQ302', name, `\`explain\` takes a query, and \`${name.text}\` begins a definition`, {
		label: 'put the definition in front: `let x = 1; explain watch http where status == x`',
	});
	return true;
};

const aggregates = (stages: readonly CheckedStage[]): boolean =>
	[...stages, ...blocksOf(stages).flatMap((block) => block.stages)].some((stage) => stage.aggregates === true);

/** The pipeline with its views replaced by what they stand for; null when that failed. */
const expand = (pipeline: Pipeline, context: CheckContext): Pipeline | null => {
	const { problems } = context;
	if (pipeline.continues && !context.kept.has(LAST)) {
		problems.error('CIQ511', pipeline, 'there is no last result to go on from', { label: 'begin with `watch`' });
		return null;
	}
	const before = problems.errors;
	const written = pipeline.continues ? [fromLast(pipeline), ...pipeline.stages] : pipeline.stages;
	const stages: readonly Stage[] = expandStages(written, { ...context, inside: [] });
	return problems.errors > before ? null : { ...pipeline, stages };
};

/** Whether a pattern somewhere is more than a literal text. */
const usesPatternEngine = (pipelines: readonly (Pipeline | null)[], { values, fns }: Definitions): boolean => {
	let found = false;
	const look: TreeMap = {
		expr: (expr: Expr) => {
			if (expr.kind === 'binary' && ['~', '!~', 'like'].includes(expr.operator))
				found ||= expr.right.kind !== 'string' || expr.operator === 'like' || needsEngine(expr.right.value);
			if (expr.kind === 'call') found ||= expr.callee.text === 'extract';
			return null;
		},
		made: (copy) => copy,
	};
	for (const pipeline of pipelines) {
		if (pipeline === null) continue;
		found ||= parses(pipeline);
		mapPipeline(pipeline, look);
	}
	for (const { value } of values.values()) mapExpr(value, look);
	for (const { body } of fns.values()) mapExpr(body, look);
	return found;
};

const parses = ({ stages }: Pipeline): boolean =>
	stages.some(
		({ name, items }) => name.text === 'parse' || items.some((item) => item.kind === 'block' && parses(item.pipeline)),
	);
