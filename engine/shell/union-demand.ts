import { type CaptureDemand, uniteFields, unitePayload } from '../capture/demand.ts';
import { unite } from '../query/scope-clauses.ts';

/** What serves all of them: queries that run at the same time share one capture. */
export function unionDemand(demands: readonly CaptureDemand[]): CaptureDemand {
	const protocols = demands.some((demand) => demand.protocols === null)
		? null
		: [...new Set(demands.flatMap((demand) => demand.protocols ?? []))];
	return {
		scope: demands.map((demand) => demand.scope).reduce(unite, []),
		protocols,
		...unitePayload(demands),
		...uniteFields(demands),
		...(demands.some((demand) => demand.connections) && { connections: true }),
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
	const unseen = stages.filter((part) => !recorded.stages.includes(part));
	if (unseen.length === 0) return null;
	return recorded.stages.length === 0 ? 'it holds no stage times' : `of the stages it holds no ${unseen.join(', ')}`;
}
