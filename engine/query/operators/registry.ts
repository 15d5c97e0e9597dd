import { alert } from './alert.ts';
import { conns } from './conns.ts';
import { correlate } from './correlate.ts';
import { dedup } from './dedup.ts';
import { describe } from './describe.ts';
import { diff } from './diff.ts';
import { distinct } from './distinct.ts';
import { drop } from './drop.ts';
import { extend } from './extend.ts';
import { fail } from './fail.ts';
import { from } from './from.ts';
import { head } from './head.ts';
import { join } from './join.ts';
import { limit } from './limit.ts';
import type { Operator } from './operator.ts';
import { parse } from './parse.ts';
import { pending } from './pending.ts';
import { pivot } from './pivot.ts';
import { redact } from './redact.ts';
import { rename } from './rename.ts';
import { sample } from './sample.ts';
import { select } from './select.ts';
import { sort } from './sort.ts';
import { stat } from './stat.ts';
import { tail } from './tail.ts';
import { tee } from './tee.ts';
import { to } from './to.ts';
import { bottom, top } from './top.ts';
import { union } from './union.ts';
import { unnest } from './unnest.ts';
import { until } from './until.ts';
import { watch } from './watch.ts';
import { where } from './where.ts';
import { window } from './window.ts';

/** The operators, by name; views are on top of them, in stdlib/. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map(
	[
		...[watch, from, conns, pending],
		...[where, select, drop, rename, extend, parse, unnest, redact],
		...[stat, pivot, window],
		...[sort, top, bottom, head, tail, distinct, dedup, sample, limit, until],
		...[union, join, correlate, diff],
		...[alert, tee, fail, describe, to],
	].map((operator) => [operator.name, operator]),
);
