import type { CaptureDemand, ScopeClause } from '../capture/demand.ts';
import type { CaptureInfo } from '../capture/source.ts';

/** What flags compare. */
const flagFields = (scope: ScopeClause | null): readonly string[] => [
	...(scope?.pids === undefined ? [] : ['pid']),
	...(scope?.comms === undefined ? [] : ['comm']),
];

/**
 * A warning where a query compares, groups by or shows what its file never knows: it would find nothing, or a column of
 * nulls, without a word. Beside an `or` such a condition may be right, so it is no error. Null where there is nothing to say.
 */
export function unknownFields(
	{ name, unknown, onlySide }: CaptureInfo,
	{ tested = [], named = [], scope: clauses }: CaptureDemand,
	scope: ScopeClause | null,
): string | null {
	const unknownOf = (fields: readonly string[]): readonly string[] =>
		[...new Set(fields)].filter((field) => unknown?.has(field));
	const asked = unknownOf([...tested, ...flagFields(scope)]);
	if (asked.length > 0) {
		const them = asked.length === 1 ? 'it' : 'them';
		return `${name} tells no ${asked.join(', ')}, so no comparison with ${them} holds: restrict addresses or ports, such as \`server_port == 80\``;
	}
	if (onlySide !== undefined && clauses.length > 0 && clauses.every(({ side }) => side === 'server'))
		return `of ${name} the clients' ends count as observed, so \`side == "server"\` finds nothing: leave it out, or say with --local which addresses are ours`;
	const shown = unknownOf(named);
	if (shown.length === 0) return null;
	const columns = shown.length === 1 ? 'the column has' : 'the columns have';
	return `${name} tells no ${shown.join(', ')}, so ${columns} no values: addresses and ports tell processes apart, such as \`by server_ip, server_port\``;
}
