import { extend } from './extend.ts';
import { from } from './from.ts';
import { head } from './head.ts';
import { limit } from './limit.ts';
import type { Operator } from './operator.ts';
import { select } from './select.ts';
import { sort } from './sort.ts';
import { stat } from './stat.ts';
import { tail } from './tail.ts';
import { to } from './to.ts';
import { top } from './top.ts';
import { until } from './until.ts';
import { watch } from './watch.ts';
import { where } from './where.ts';

/** The operators, by name; views are on top of them, in stdlib/. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map(
	[watch, from, where, select, extend, stat, sort, top, head, tail, limit, until, to].map((operator) => [
		operator.name,
		operator,
	]),
);

/** Operators of the language that do not exist yet. */
export const PLANNED_OPERATORS: ReadonlySet<string> = new Set([
	...['conns', 'overview', 'pending', 'last'],
	...['drop', 'rename', 'parse', 'unnest', 'redact'],
	...['bottom', 'distinct', 'dedup', 'sample'],
	...['hist', 'rate', 'pivot', 'window', 'diff', 'describe'],
	...['join', 'correlate', 'union', 'map', 'alert', 'tee', 'fail'],
]);
