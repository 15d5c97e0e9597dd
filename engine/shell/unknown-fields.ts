import type { CaptureDemand, ScopeClause } from '../capture/demand.ts';
import type { CaptureInfo } from '../capture/source.ts';

/** What flags compare. */
const flagFields = (scope: ScopeClause | null): readonly string[] => [
	...(scope?.pids === undefined ? [] : ['pid']),
	...(scope?.comms === undefined ? [] : ['comm']),
];

/**
 * A warning where a query compares what its file never knows: it would find nothing, without a word. Beside an `or` such a
 * condition may be right, so it is no error. Null where there is nothing to say.
 */
export function unknownFields(
	{ name, unknown }: CaptureInfo,
	{ tested = [] }: CaptureDemand,
	scope: ScopeClause | null,
): string | null {
	const asked = [...new Set([...tested, ...flagFields(scope)])].filter((field) => unknown?.has(field));
	if (asked.length === 0) return null;
	const them = asked.length === 1 ? 'it' : 'them';
	return `${name} tells no ${asked.join(', ')}, so no comparison with ${them} holds: restrict addresses or ports, such as \`server_port == 80\``;
}
