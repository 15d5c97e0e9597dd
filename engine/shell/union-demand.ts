import { type CaptureDemand, type ScopeClause, unitePayload } from '../capture/demand.ts';

/** The kernel decides by a mask of 32 bits: one for each clause. */
const MAX_CLAUSES = 32;

const EVERYTHING: ScopeClause = {};
const isUnrestricted = (clause: ScopeClause): boolean => Object.values(clause).every((value) => value === undefined);

function unionScope(scopes: readonly (readonly ScopeClause[])[]): readonly ScopeClause[] {
	const clauses = new Map(scopes.flat().map((clause) => [JSON.stringify(clause), clause]));
	const all = [...clauses.values()];
	return all.length > MAX_CLAUSES || all.some(isUnrestricted) ? [EVERYTHING] : all;
}

/** What serves all of them: queries that run at the same time share one capture. */
export function unionDemand(demands: readonly CaptureDemand[]): CaptureDemand {
	const protocols = demands.some((demand) => demand.protocols === null)
		? null
		: [...new Set(demands.flatMap((demand) => demand.protocols ?? []))];
	return {
		scope: unionScope(demands.map((demand) => demand.scope)),
		protocols,
		...unitePayload(demands),
	};
}

/** Why a recording cannot answer a query: what it lacks, in words; null when it can. */
export function lackOf(recorded: CaptureDemand, needed: CaptureDemand): string | null {
	const missing = (needed.protocols ?? []).filter((protocol) => recorded.protocols?.includes(protocol) === false);
	if (missing.length > 0) return `it holds no ${missing.join(', ')}`;
	if (recorded.protocols !== null && needed.protocols === null) return `it holds only ${recorded.protocols.join(', ')}`;
	const { payloadBytes, bodyBytes, stages } = needed.required ?? needed;
	if (recorded.payloadBytes < payloadBytes) return 'it holds only the beginning of each message';
	if (recorded.bodyBytes < bodyBytes) return 'it holds no bodies';
	if (stages && !recorded.stages) return 'it holds no stage times';
	return null;
}
