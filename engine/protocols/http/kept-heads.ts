import { WHOLE } from '../../capture/demand.ts';
import { COMMON_FIELDS } from '../../exchange/common-fields.ts';
import type { ParserHost } from '../protocol.ts';

/** How much of a head is kept as text. What says where bodies end, method, version and status are read in any case. */
export const Kept = { nothing: 0, startLine: 1, head: 2 } as const;
export type Kept = (typeof Kept)[keyof typeof Kept];

export interface KeptHeads {
	readonly request: Kept;
	readonly response: Kept;
}

const { nothing, startLine, head } = Kept;

/** What a field reads of the heads, where that is not all. */
const READ = new Map<string, KeptHeads>([
	// But for those of the messages they know nothing of heads.
	...COMMON_FIELDS.filter(({ needs }) => !needs?.includes('body')).map(
		({ name }) => [name, { request: nothing, response: nothing }] as const,
	),
	['error', { request: nothing, response: startLine }],
	['method', { request: nothing, response: nothing }],
	['version', { request: nothing, response: nothing }],
	['anomalies', { request: nothing, response: nothing }],
	['content_length', { request: nothing, response: nothing }],
	['path', { request: startLine, response: nothing }],
	['route', { request: startLine, response: nothing }],
	['scheme', { request: startLine, response: nothing }],
	['query_params', { request: startLine, response: nothing }],
	['reason', { request: nothing, response: startLine }],
	['url', { request: head, response: nothing }],
	['host', { request: head, response: nothing }],
	['user_agent', { request: head, response: nothing }],
	['cookies', { request: head, response: nothing }],
	['trace_id', { request: head, response: nothing }],
	['span_id', { request: head, response: nothing }],
	['content_type', { request: nothing, response: head }],
	['content_encoding', { request: nothing, response: head }],
	['set_cookies', { request: nothing, response: head }],
]);

const BOTH: KeptHeads = { request: head, response: head };

const most = (a: Kept, b: Kept): Kept => (a > b ? a : b);

/** What is kept of heads for those who read these fields; bodies are decoded by what their heads say. */
export const keptHeads = ({ fields = [WHOLE], bodyBytes }: Pick<ParserHost, 'fields' | 'bodyBytes'>): KeptHeads => {
	let kept: KeptHeads = bodyBytes > 0 ? BOTH : { request: nothing, response: nothing };
	for (const field of fields) {
		const { request, response } = READ.get(field) ?? BOTH;
		kept = { request: most(kept.request, request), response: most(kept.response, response) };
	}
	return kept;
};
