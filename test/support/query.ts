import { of, Subject } from 'rxjs';
import { type Completeness, newCompleteness } from '../../engine/completeness.ts';
import type { Exchange } from '../../engine/exchange/exchange.ts';
import type { Value } from '../../engine/exchange/field.ts';
import { compileProgram } from '../../engine/query/compile.ts';
import type { Compiled, CompileOptions, Plan } from '../../engine/query/plan.ts';
import type { Row, Signal } from '../../engine/query/signal.ts';
import type { Diagnostic } from '../../grammar/diagnostic.ts';
import { parse } from '../../grammar/parse.ts';

/** 2026-01-02T03:04:05Z */
export const START_WALL = 1_767_323_045_000_000_000n;

export const COMPILE_OPTIONS: CompileOptions = {
	params: new Map(),
	from: null,
	scope: null,
	readModule: () => undefined,
	nowNs: START_WALL,
	format: 'table',
};

/** Parses and compiles; what the grammar says comes with the rest. */
export const compile = async (text: string, options: Partial<CompileOptions> = {}): Promise<Compiled> => {
	const { program, diagnostics } = parse({ name: '-e', text });
	if (diagnostics.length > 0) return { plans: [], diagnostics };
	return compileProgram(program, { ...COMPILE_OPTIONS, ...options });
};

export const codesOf = (diagnostics: readonly Diagnostic[]): string[] => diagnostics.map(({ code }) => code);

/** The plan of a query that has one and nothing wrong. */
export const planOf = async (text: string, options: Partial<CompileOptions> = {}): Promise<Plan> => {
	const { plans, diagnostics } = await compile(text, options);
	const [plan] = plans;
	const [wrong] = diagnostics;
	if (plan === undefined || wrong !== undefined)
		throw new Error(`${text}: ${wrong?.code} ${wrong?.message} ${wrong?.label}`);
	return plan;
};

/** Something to send into a query: an exchange, a batch of them, or the time of an idle tick. */
export type Sent = Exchange | readonly Exchange[] | number;

export interface Ran {
	readonly plan: Plan;
	readonly signals: readonly Signal[];
	readonly completeness: Completeness;
	readonly warnings: readonly string[];
	/** What `fail` said, and what went to each branch. */
	readonly failures: readonly string[];
	readonly branched: readonly (readonly Signal[])[];
	/** Whether the query ended by itself, and after how many sendings. */
	readonly endedAfter: number | null;
}

interface RunOptions extends Partial<CompileOptions> {
	readonly refreshEvery?: number | null;
	readonly startWall?: bigint;
	/** What the further recordings of the query hold, in their order. */
	readonly inputs?: readonly (readonly Exchange[])[];
}

const toSignal = (sent: Sent): Signal => {
	if (typeof sent === 'number') return { kind: 'time', now: sent };
	return { kind: 'rows', rows: isBatch(sent) ? sent : [sent] };
};

const isBatch = (sent: Exchange | readonly Exchange[]): sent is readonly Exchange[] => Array.isArray(sent);

/** Runs a query on what is sent, to its end. */
export const run = async (text: string, sent: readonly Sent[], options: RunOptions = {}): Promise<Ran> => {
	const plan = await planOf(text, options);
	const signals: Signal[] = [];
	const completeness = newCompleteness();
	const warnings: string[] = [];
	const failures: string[] = [];
	const branched: Signal[][] = (plan.branches ?? []).map(() => []);
	const source = new Subject<Signal>();
	let ended = false;
	let failure: unknown = null;
	let endedAfter: number | null = null;
	const info = {
		startMono: 0n,
		startWall: options.startWall ?? START_WALL,
		name: 'live',
		live: true,
		demand: plan.demand,
	};
	const context = {
		info,
		completeness,
		warn: (m: string) => warnings.push(m),
		refreshEvery: options.refreshEvery ?? null,
		inputs: (options.inputs ?? []).map((rows) => of<Signal>({ kind: 'rows', rows })),
		branch: (at: number, signal: Signal) => branched[at]?.push(signal),
		fail: (reason: string) => failures.push(reason),
	};
	plan.run(source, context).subscribe({
		next: (signal) => signals.push(signal),
		complete: () => {
			ended = true;
		},
		error: (error: unknown) => {
			failure = error;
		},
	});
	for (const [at, one] of sent.entries()) {
		if (ended) break;
		source.next(toSignal(one));
		if (ended) endedAfter = at + 1;
	}
	source.complete();
	if (failure !== null) throw failure;
	return { plan, signals, completeness, warnings, failures, branched, endedAfter };
};

/** The rows of a run by the names of their columns; of a table that was shown several times the last. */
export const rowsOf = ({ plan, signals }: Ran, ...names: string[]): Value[][] =>
	signals
		.flatMap((signal) => (signal.kind === 'time' || (signal.kind === 'table' && !signal.final) ? [] : signal.rows))
		.map((row) => valuesOf(plan, row, names));

const valuesOf = (plan: Plan, row: Row, names: readonly string[]): Value[] => {
	const columns =
		names.length === 0 ? plan.schema.columns : names.map((name) => plan.schema.columns.find((c) => c.name === name)!);
	return columns.map((column) => column.get(row));
};
