/** What operators of SQL, KQL, SPL, LogQL, the shell and packet filters are called here, as the mend of a message. */
export const OTHER_LANGUAGES: ReadonlyMap<string, string> = new Map([
	...same('where', ['filter', 'grep', 'having', 'search']),
	...same('stat', ['stats', 'summarize', 'aggregate', 'timechart', 'reduce']),
	...same('select', ['project', 'fields', 'columns', 'table', 'cut', 'keep']),
	...same('extend', ['eval', 'let', 'assign', 'mutate', 'derive', 'put']),
	...same('rename', ['as', 'alias']),
	...same('sort', ['order', 'orderby', 'order_by']),
	...same('head', ['take', 'first', 'nlargest']),
	...same('distinct', ['uniq', 'unique']),
	...same('unnest', ['expand', 'explode', 'flatten', 'mvexpand']),
	...same('describe', ['schema', 'summary', 'getschema']),
	...same('watch', ['capture', 'sniff', 'trace', 'record', 'listen']),
	...same('from', ['read', 'open', 'load', 'source']),
	...same('to', ['output', 'write', 'save', 'export', 'into']),
	['explain', 'a pipeline stands behind it: `explain watch http | slow`'],
	['last', 'write `tail 5`; an earlier result is `from last`'],
	['count', 'write `stat count()`'],
	...['offset', 'skip'].map((name) => [name, 'no stage leaves out the first rows; `head 20` gives them, too'] as const),
	['group', 'write `stat count() by path`'],
	['groupby', 'write `stat count() by path`'],
	['by', 'write `stat count() by path`'],
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
