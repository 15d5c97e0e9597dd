/** What operators of SQL, KQL, SPL, LogQL, the shell and packet filters are called here, as the mend of a message. */
export const OTHER_LANGUAGES: ReadonlyMap<string, string> = new Map([
	...same('where', ['filter', 'having']),
	...same('stat', ['stats', 'summarize', 'aggregate', 'timechart', 'reduce']),
	...same('select', ['project', 'fields', 'columns', 'table', 'cut', 'keep']),
	...same('extend', ['eval', 'let', 'assign', 'mutate', 'derive', 'put']),
	...same('rename', ['as', 'alias']),
	...same('sort', ['order', 'orderby', 'order_by', 'sort_by']),
	...same('head', ['take', 'first', 'nlargest']),
	...same('distinct', ['uniq', 'unique']),
	...same('unnest', ['expand', 'explode', 'flatten', 'mvexpand']),
	...same('describe', ['schema', 'summary', 'getschema', 'keys']),
	...same('watch', ['capture', 'sniff', 'trace', 'record', 'listen']),
	...same('from', ['read', 'open', 'load', 'source']),
	...same('to', ['output', 'write', 'save', 'export', 'into', 'out', 'format']),
	['explain', 'a pipeline stands behind it: `explain watch http | slow`'],
	['last', 'write `tail 5`; an earlier result is `from last`'],
	['count', 'write `stat count()`'],
	...['offset', 'skip'].map((name) => [name, 'no stage leaves out the first rows; `head 20` gives them, too'] as const),
	...['group', 'groupby', 'group_by', 'by'].map((name) => [name, 'write `stat count() by path`'] as const),
	...['grep', 'egrep', 'search', 'match'].map((name) => [name, 'write `where path contains "…"`'] as const),
	...['jq', 'awk', 'sed', 'print', 'printf', 'echo'].map((name) => [name, 'write `select path, status`'] as const),
	...['less', 'more', 'cat'].map((name) => [name, 'leave it out'] as const),
	...['lhist', 'histogram'].map((name) => [name, 'write `hist latency`'] as const),
	...['length', 'wc'].map((name) => [name, 'write `stat count()`'] as const),
	...['avg', 'sum', 'min', 'max', 'p50', 'p90', 'p99', 'quantile'].map(
		(name) => [name, `write \`stat ${name}(latency)\``] as const,
	),
	...['tcp', 'udp', 'port', 'host', 'src', 'dst', 'net', 'ip'].map(
		(name) => [name, 'filters are conditions: `watch where local_port == 80 and remote_ip == 10.0.0.1`'] as const,
	),
]);

function same(here: string, names: readonly string[]): (readonly [string, string])[] {
	return names.map((name) => [name, `write \`${here}\``]);
}
