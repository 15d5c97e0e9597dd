/** What functions of SQL, PromQL, KQL and SPL are called here, as the mend of a message. */
const OTHER_FUNCTIONS: ReadonlyMap<string, string> = new Map([
	...same('`quantile(latency, 0.95)`', [
		...['histogram_quantile', 'percentile', 'percentiles', 'percentile_cont', 'percentile_disc', 'perc'],
		...['approx_percentile', 'approx_quantile', 'quantile_cont', 'quantile_over_time'],
	]),
	...same('`dcount(path)`', [
		...['count_distinct', 'countdistinct', 'distinct', 'distinct_count', 'uniq', 'unique', 'nunique', 'cardinality'],
		...['approx_count_distinct', 'dc', 'uniqexact'],
	]),
	...same('`count(where failed)`', ['countif', 'count_if']),
	...same('`sum(resp_size where failed)`', ['sumif', 'sum_if']),
	...same('`avg(latency)`', ['mean', 'average', 'avg_over_time']),
	...same('`stdev(latency)`', ['std', 'stddev', 'stddev_samp', 'stddev_pop']),
	...same('`rate()`', ['irate', 'increase', 'per_second']),
	...same('`x == null`', ['isnull', 'is_null', 'isempty']),
	...same('`has(x)`', ['isnotnull', 'isnotempty', 'exists', 'defined']),
	...same('`x ?? y`', ['ifnull', 'nvl']),
	...same('`path ~ "x"`', ['test', 'match', 'matches', 'regexp_like', 'regexp_matches', 'rlike']),
	...same('`path startswith "x"`', ['starts_with', 'hasprefix', 'has_prefix', 'startswith']),
	...same('`path endswith "x"`', ['ends_with', 'hassuffix', 'has_suffix', 'endswith']),
	...same('`bin(ts, 1m)`', [...['date_trunc', 'time_bucket', 'date_bin', 'tostartofminute', 'bucket', 'minute']]),
	...same('`bin(ts, 1h)`', ['tostartofhour', 'hour']),
	...same('`f"{method} {path}"`', ['concat', 'strcat', 'concat_ws']),
]);

/** A percentile in three digits: p999 is the 99.9th elsewhere. */
const FINE_PERCENTILE = /^p(\d\d)[._]?(\d+)$/;

function same(here: string, names: readonly string[]): (readonly [string, string])[] {
	return names.map((name) => [name, `write ${here}`]);
}

/** The mend for a function of another language; null where none is known. */
export function functionElsewhere(name: string): string | null {
	const [, whole, fraction] = FINE_PERCENTILE.exec(name) ?? [];
	if (whole !== undefined) return `write \`quantile(latency, ${whole}.${fraction}%)\``;
	return OTHER_FUNCTIONS.get(name.toLowerCase()) ?? null;
}
