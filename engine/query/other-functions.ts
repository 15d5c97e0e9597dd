import type { Call, Expr } from '../../grammar/ast.ts';
import { printExpr } from '../../grammar/print.ts';
import { synonyms } from './synonyms.ts';

const PERCENTILES: ReadonlySet<string> = new Set([
	...['histogram_quantile', 'percentile', 'percentiles', 'percentile_cont', 'percentile_disc', 'perc'],
	...['approx_percentile', 'approx_quantile', 'quantile_cont', 'quantile_over_time', 'quantiles'],
]);

/** What functions of SQL, PromQL, KQL and SPL are called here, as the mend of a message. */
const OTHER_FUNCTIONS: ReadonlyMap<string, string> = new Map([
	...synonyms('write `quantile(latency, 0.95)`', [...PERCENTILES]),
	...synonyms('write `dcount(path)`', [
		...['count_distinct', 'countdistinct', 'distinct', 'distinct_count', 'uniq', 'unique', 'nunique', 'cardinality'],
		...['approx_count_distinct', 'dc', 'uniqexact'],
	]),
	...synonyms('write `count(where failed)`', ['countif', 'count_if']),
	...synonyms('write `sum(resp_size where failed)`', ['sumif', 'sum_if']),
	...synonyms('write `req.headers["host"]` or `resp.headers["content-type"]`', [
		'header',
		'get_header',
		'headers',
		'http_header',
	]),
	...synonyms('write `avg(latency)`', ['mean', 'average', 'avg_over_time']),
	...synonyms('write `stdev(latency)`', ['std', 'stddev', 'stddev_samp', 'stddev_pop']),
	...synonyms('write `rate()`', ['irate', 'increase', 'per_second']),
	...synonyms('write `x == null`', ['isnull', 'is_null', 'isempty']),
	...synonyms('write `has(x)`', ['isnotnull', 'isnotempty', 'exists', 'defined']),
	...synonyms('write `x ?? y`', ['ifnull', 'nvl']),
	...synonyms('write `path ~ "x"`', ['test', 'match', 'matches', 'regexp_like', 'regexp_matches', 'rlike']),
	...synonyms('write `path startswith "x"`', ['starts_with', 'hasprefix', 'has_prefix', 'startswith']),
	...synonyms('write `path endswith "x"`', ['ends_with', 'hassuffix', 'has_suffix', 'endswith']),
	...synonyms('write `bin(ts, 1m)`', [
		...['date_trunc', 'time_bucket', 'date_bin', 'tostartofminute', 'minute', 'time', 'interval'],
		...['time_slice', 'tumble'],
	]),
	...synonyms('write `bin(ts, 1d)`', ['date', 'day', 'todate']),
	...synonyms('write `bin(ts, 1h)`', ['tostartofhour', 'hour']),
	...synonyms('write `f"{method} {path}"`', ['concat', 'strcat', 'concat_ws']),
]);

/** A percentile in three digits: p999 is the 99.9th elsewhere. */
const FINE_PERCENTILE = /^p(\d\d)[._]?(\d+)$/;

const isFraction = ({ kind }: Expr): boolean => ['int', 'float', 'percent'].includes(kind);

/** 99 is a percentile elsewhere, 0.99 a fraction. */
const quantileOf = (of: Expr, fraction: Expr): string => {
	const isPercentage = (fraction.kind === 'int' || fraction.kind === 'float') && fraction.value > 1;
	return `quantile(${printExpr(of)}, ${printExpr(fraction)}${isPercentage ? '%' : ''})`;
};

/** `percentiles(latency, 50, 99)`: each a column of its own. */
function percentilesOf({ args }: Call): string | null {
	const values = args.map(({ value }) => value);
	const [of, ...more] = values.filter((value) => !isFraction(value));
	const fractions = values.filter(isFraction);
	if (of === undefined || more.length > 0 || fractions.length === 0) return null;
	return `write \`${fractions.map((fraction) => quantileOf(of, fraction)).join(', ')}\``;
}

/** The mend for a call of a function of another language; null where none is known. */
export function callElsewhere(call: Call): string | null {
	const name = call.callee.text;
	return (PERCENTILES.has(name.toLowerCase()) ? percentilesOf(call) : null) ?? functionElsewhere(name);
}

function functionElsewhere(name: string): string | null {
	const [, whole, fraction] = FINE_PERCENTILE.exec(name) ?? [];
	if (whole !== undefined) return `write \`quantile(latency, ${whole}.${fraction}%)\``;
	return OTHER_FUNCTIONS.get(name.toLowerCase()) ?? null;
}
