import { printExpr } from '../../grammar/print.ts';
import {
	type CaptureDemand,
	type PayloadDemand,
	type ScopeClause,
	uniteFields,
	unitePayload,
	WHOLE,
} from '../capture/demand.ts';
import { HEAD_BYTES } from '../capture/events.ts';
import type { FieldNeed } from '../exchange/field.ts';
import { STAGE_PARTS } from '../exchange/stage-parts.ts';
import { nameOf } from '../exchange/type.ts';
import { blocksOf } from './blocks.ts';
import { type Ir, partsOf } from './expression/ir.ts';
import type { Flow } from './flow.ts';
import type { OutputFormat } from './formats.ts';
import { leastLatencyOf } from './least-latency.ts';
import type { CheckedStage } from './operators/operator.ts';
import { pushDown } from './pushdown.ts';
import { type Clauses, EVERYTHING, intersect, unite } from './scope-clauses.ts';
import { testedFields } from './tested-fields.ts';

/** Matches nothing: an empty list does. */
const NOTHING: readonly ScopeClause[] = [{ pids: [] }];

/** Of a body that is shown to a person: more than anybody reads. */
const SHOWN_BODY_BYTES = 1 << 16;

/** Pairing takes heads, so no query of exchanges goes without. */
const payloadFor = (needs: ReadonlySet<FieldNeed>, bodyBytes: number): PayloadDemand => ({
	payloadBytes: needs.has('body') ? Number.POSITIVE_INFINITY : HEAD_BYTES,
	bodyBytes: needs.has('body') ? bodyBytes : 0,
	stages: STAGE_PARTS.filter((part) => needs.has(part)),
});

/** What a checked pipeline asks of the capture, and how its result is written. */
export const demandOf = (
	stages: readonly CheckedStage[],
	result: Flow,
	scope: ScopeClause | null,
	format: OutputFormat | undefined,
): CaptureDemand => {
	const needs = new Set(causesOf(stages).map(({ need }) => need));
	for (const need of (result.exchanges && format?.needs) || []) needs.add(need);
	const required = payloadFor(needs, Number.POSITIVE_INFINITY);
	// A group may hold its slowest exchange.
	const holds = result.exchanges || result.columns.some(({ type }) => type === 'record');
	const shows = (holds && format?.shows) || [];
	const shown = payloadFor(
		new Set([...needs, ...shows]),
		needs.has('body') ? Number.POSITIVE_INFINITY : SHOWN_BODY_BYTES,
	);
	const clauses = scopeOf(stages, scope);
	const leastLatency = leastLatencyOf(stages);
	const tested = testedFields(stages);
	const isTable = stages[0]?.present === 'connections';
	return {
		scope: clauses.length === 0 ? NOTHING : clauses,
		protocols: stages[0]?.flow.protocols ?? null,
		...shown,
		...(shows.length > 0 && { required }),
		fields: fieldsOf(stages, isTable ? [] : result.columns, result.exchanges),
		...(tested.length > 0 && { tested }),
		...(leastLatency > 0 && { leastLatency }),
		...(isTable && { connections: true }),
		...(isTable && !readsMessages(stages, result, scope) && { protocols: [], payloadBytes: 0 }),
	};
};

/**
 * Whether a column of connections that is read, or comes out, may follow from what is said on them; or a flag asks for it,
 * or rows go on in other ways.
 */
const readsMessages = (stages: readonly CheckedStage[], result: Flow, scope: ScopeClause | null): boolean =>
	scope?.side !== undefined ||
	causesOf(stages).length > 0 ||
	result.columns.some(({ ir }) => causesIn(ir).length > 0) ||
	result.nested.length > 0 ||
	blocksOf(stages).some(({ source }) => source === null);

/** What serves several pipelines of one query on one source. */
export const uniteDemands = (demands: readonly CaptureDemand[]): CaptureDemand => {
	const scopes = demands.map((demand) => demand.scope).filter((scope) => scope !== NOTHING);
	return {
		scope: scopes.length === 0 ? NOTHING : scopes.reduce<Clauses>(unite, []),
		protocols: demands.some((demand) => demand.protocols === null)
			? null
			: [...new Set(demands.flatMap((demand) => demand.protocols ?? []))],
		...unitePayload(demands),
		...uniteFields(demands),
		...(demands.some((demand) => demand.connections) && { connections: true }),
	};
};

/** A branch takes rows that the pipeline in front of it was given: it can only want more of each. */
export const needsOfBranch = (branch: CaptureDemand, { scope, protocols }: CaptureDemand): CaptureDemand => ({
	...branch,
	scope,
	protocols,
});

/** Conditions behind a stage that counts or changes records say nothing about what that stage must be given. */
const scopeOf = (stages: readonly CheckedStage[], scope: ScopeClause | null): readonly ScopeClause[] => {
	let clauses = scope === null ? EVERYTHING : [scope];
	for (const stage of stages) {
		if (stage.condition !== undefined) clauses = intersect(clauses, pushDown(stage.condition));
		if (stage.transparent !== true) break;
	}
	return clauses;
};

/**
 * The fields that are read, whatever comes of them; where exchanges come out whole, any of them. Of rows side by side the
 * columns are read when they are written.
 */
const fieldsOf = (stages: readonly CheckedStage[], columns: Flow['columns'], areWhole: boolean): readonly string[] => {
	const written = areWhole ? [] : columns.map(({ ir }) => ir);
	const read = [...stages.flatMap((stage) => stage.expressions), ...written];
	return [...new Set([...(areWhole ? [WHOLE] : []), ...read.flatMap(namesOf)])];
};

const namesOf = (ir: Ir): readonly string[] => {
	if (ir.kind === 'field') return [ir.field.name];
	if (ir.kind === 'this') return ir.columns === null ? [WHOLE] : ir.columns.flatMap((column) => namesOf(column.ir));
	const parts = partsOf(ir).flatMap(namesOf);
	return ir.kind === 'member' && ir.field !== null ? [...parts, ir.field.name] : parts;
};

/** Of a message some parts cost less than the whole. */
const PART_NEEDS: ReadonlyMap<string, readonly FieldNeed[]> = new Map([
	['headers', ['head']],
	['size', []],
]);

/** What an expression asks of the capture, and the part of it that does. */
interface Cause {
	readonly need: FieldNeed;
	readonly by: Ir;
}

const causesIn = (ir: Ir): readonly Cause[] => {
	const all = (needs: readonly FieldNeed[]): readonly Cause[] => needs.map((need) => ({ need, by: ir }));
	if (ir.kind === 'member' && ir.field?.needs !== undefined) return all(ir.field.needs);
	if (ir.kind === 'field') return all(ir.field.needs ?? []);
	if (ir.kind === 'this') return (ir.columns ?? []).flatMap((column) => causesIn(column.ir));
	if (ir.kind === 'member' && nameOf(ir.object.type) === 'record' && isField(ir.object))
		return all(PART_NEEDS.get(ir.name) ?? causesIn(ir.object).map(({ need }) => need));
	return partsOf(ir).flatMap(causesIn);
};

const causesOf = (stages: readonly CheckedStage[]): readonly Cause[] =>
	stages.flatMap((stage) => stage.expressions.flatMap(causesIn));

/** The parts of a query, as they were written, that ask for something; none where only its output does. */
export const causesOfNeed = (stages: readonly CheckedStage[], wanted: FieldNeed): readonly string[] => [
	...new Set(causesOf(stages).flatMap(({ need, by }) => (need === wanted ? [printExpr(by.node)] : []))),
];

/** A field of the row, or of one of the rows that stand side by side in it. */
const isField = (ir: Ir): boolean => ir.kind === 'field' || (ir.kind === 'within' && isField(ir.value));
