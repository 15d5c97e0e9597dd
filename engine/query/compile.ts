import type { Observable } from 'rxjs';
import type { Explain, Expr, Pipeline, Program, Stage } from '../../grammar/ast.ts';
import { printPipeline } from '../../grammar/print.ts';
import { loadSketches } from './aggregates/distribution.ts';
import { collectDefinitions } from './collect-definitions.ts';
import type { Definitions } from './definitions.ts';
import { demandOf } from './demand.ts';
import { Env } from './env.ts';
import { loadPatternEngine, needsEngine } from './expression/pattern.ts';
import { loadArquero } from './grouping/rollup.ts';
import type { CheckContext, CheckedStage } from './operators/operator.ts';
import type { Compiled, CompileOptions, Plan } from './plan.ts';
import { checkStages } from './plan-stages.ts';
import { Problems } from './problems.ts';
import { Replacements } from './replacements.ts';
import { schemaOf } from './schema.ts';
import type { Signal } from './signal.ts';
import { expandStages } from './views/expand.ts';
import { mapExpr, mapPipeline, type TreeMap } from './views/map.ts';

/**
 * Makes plans of a parsed program. Never throws for a wrong program: `diagnostics` then say what is wrong, and there are
 * no plans. Asynchronous because it loads the libraries that only some queries need.
 */
export const compileProgram = async (program: Program, options: CompileOptions): Promise<Compiled> => {
	const problems = new Problems(program.source);
	const { definitions, diagnostics } = collectDefinitions(program, options, problems);
	// Values that are missing would look like misspelt fields everywhere.
	if (problems.errors > 0) return { plans: [], diagnostics: [...diagnostics, ...problems.diagnostics] };
	const pipelines = program.statements.filter((statement) => statement.kind === 'pipeline');
	const replacements = new Replacements();
	const context: CheckContext = { problems, definitions, replacements, nowNs: options.nowNs, from: options.from };
	const expanded = pipelines.map((pipeline) => expand(pipeline, context));
	if (usesPatternEngine(expanded, definitions)) await loadPatternEngine();
	const checked = expanded.map((pipeline) => pipeline && { pipeline, stages: checkStages(pipeline.stages, context) });
	for (const statement of program.statements) if (statement.kind === 'explain') refuseExplain(statement, problems);
	const all = [...diagnostics, ...problems.diagnostics];
	if (all.some(({ severity }) => severity === 'error')) return { plans: [], diagnostics: all };
	const plans = checked.flatMap((one) => (one?.stages ? [planOf(one.pipeline, one.stages, options)] : []));
	if (checked.some((one) => one?.stages?.some((stage) => stage.aggregates)))
		await Promise.all([loadArquero(), loadSketches()]);
	return { plans, diagnostics: all };
};

/** The pipeline with its views replaced by what they stand for; null when that failed. */
const expand = (pipeline: Pipeline, context: CheckContext): Pipeline | null => {
	const { problems } = context;
	if (pipeline.continues) {
		problems.error('CIQ511', pipeline, 'there is no last result to go on from', { label: 'begin with `watch`' });
		return null;
	}
	const before = problems.errors;
	const stages: readonly Stage[] = expandStages(pipeline.stages, { ...context, inside: [] });
	return problems.errors > before ? null : { ...pipeline, stages };
};

const refuseExplain = (statement: Explain, problems: Problems): void =>
	problems.error('CIQ501', statement, '`explain` is not yet supported', {
		label: '`--print-query` shows what a query became',
	});

/** Whether a pattern somewhere is more than a literal text. */
const usesPatternEngine = (pipelines: readonly (Pipeline | null)[], { values, fns }: Definitions): boolean => {
	let found = false;
	const look: TreeMap = {
		expr: (expr: Expr) => {
			if (expr.kind === 'binary' && ['~', '!~', 'like'].includes(expr.operator))
				found ||= expr.right.kind !== 'string' || expr.operator === 'like' || needsEngine(expr.right.value);
			return null;
		},
		made: (copy) => copy,
	};
	for (const pipeline of pipelines) if (pipeline !== null) mapPipeline(pipeline, look);
	for (const { value } of values.values()) mapExpr(value, look);
	for (const { body } of fns.values()) mapExpr(body, look);
	return found;
};

const planOf = (pipeline: Pipeline, stages: readonly CheckedStage[], options: CompileOptions): Plan => {
	const env = new Env();
	const flow = stages.at(-1)!.flow;
	const output = stages.at(-1)!.output ?? null;
	const documents = output === null ? options.format === 'json' : output.format.endsWith('json');
	return {
		source: stages[0]!.source!,
		demand: demandOf(stages, flow, options.scope, documents),
		schema: schemaOf(flow, env),
		shape: flow.shape,
		collects: flow.collects && !flow.bounded,
		output,
		text: printPipeline(pipeline),
		run: (exchanges, context) => {
			env.start(context);
			const operators = stages.map((stage) => stage.build(env));
			return operators.reduce<Observable<Signal>>((signals, operator) => signals.pipe(operator), exchanges);
		},
	};
};
