import { MAX_CLAUSES, type ScopeClause } from '../capture/demand.ts';
import { commonPorts, unitePorts } from '../capture/ports.ts';
import { commonNets } from './net-sets.ts';

/*
 * Sets of sockets as the kernel can tell them apart: clauses, any of which has to hold, each with restrictions, all of
 * which have to. They are upper bounds: where a set has no exact form, a larger one stands for it.
 */
export type Clauses = readonly ScopeClause[];

/** Networks of one end in one clause: 32 clauses with two ends and two banks fit in the kernel's map of 32,768. */
export const MAX_NETS = 256;

export const EVERYTHING: Clauses = [{}];

/** Sockets that are in one of the two. */
export const unite = (a: Clauses, b: Clauses): Clauses => {
	const united = b.reduce(join, a);
	if (united.some((clause) => Object.values(clause).every((value) => value === undefined))) return EVERYTHING;
	return united.length > MAX_CLAUSES ? [united.reduce(hull)] : united;
};

/**
 * Sockets that are in both; never more than `a` allows, so what was forbidden there stays so. Where the exact set has no
 * form `a` stands for it.
 */
export const intersect = (a: Clauses, b: Clauses): Clauses => {
	if (a.length * b.length > MAX_CLAUSES) return a;
	return a.flatMap((left) => b.flatMap((right) => both(left, right) ?? []));
};

/** A list without elements matches nothing. */
export const isEmpty = (clause: ScopeClause): boolean =>
	Object.values(clause).some((value) => Array.isArray(value) && value.length === 0);

/** Null when nothing can meet both. */
const both = (a: ScopeClause, b: ScopeClause): ScopeClause | null => {
	const clause: Mutable<ScopeClause> = { ...b, ...a };
	// With children the listed pids are not all that is meant, and a name matches in several ways: `a` alone is right.
	if (a.pids && b.pids && !a.withChildren) clause.pids = common(a.pids, b.pids);
	if (a.localPorts && b.localPorts) clause.localPorts = commonPorts(a.localPorts, b.localPorts);
	if (a.remotePorts && b.remotePorts) clause.remotePorts = commonPorts(a.remotePorts, b.remotePorts);
	if (a.localNets && b.localNets) clause.localNets = fewNets(a.localNets, b.localNets);
	if (a.remoteNets && b.remoteNets) clause.remoteNets = fewNets(a.remoteNets, b.remoteNets);
	if (a.netns && b.netns) clause.netns = common(a.netns, b.netns);
	if (a.side && b.side && a.side !== b.side) return null;
	return isEmpty(clause) ? null : clause;
};

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const common = (a: readonly number[], b: readonly number[]): readonly number[] =>
	a.filter((value) => b.includes(value));

const fewNets = (a: readonly string[], b: readonly string[]): readonly string[] => {
	const exact = commonNets(a, b);
	return exact.length > MAX_NETS ? a : exact;
};

/** Two clauses become one where that means the same: where only one of their restrictions differs. */
const join = (known: Clauses, clause: ScopeClause): Clauses => {
	const at = known.findIndex((other) => differences(other, clause) <= 1);
	return at < 0 ? [...known, clause] : known.map((other, i) => (i === at ? hull(other, clause) : other));
};

const differences = (a: ScopeClause, b: ScopeClause): number => {
	const names = new Set([...Object.keys(a), ...Object.keys(b)]) as ReadonlySet<keyof ScopeClause>;
	const differing = [...names].filter((name) => JSON.stringify(a[name]) !== JSON.stringify(b[name]));
	// What only one of them restricts is another difference than the values.
	return differing.every((name) => a[name] !== undefined && b[name] !== undefined) ? differing.length : names.size + 1;
};

/** The smallest clause that takes in both. */
const hull = (a: ScopeClause, b: ScopeClause): ScopeClause => ({
	...(a.pids && b.pids && { pids: merge(a.pids, b.pids) }),
	...(a.pids && b.pids && (a.withChildren || b.withChildren) && { withChildren: true }),
	...(a.comms && b.comms && { comms: merge(a.comms, b.comms) }),
	...(a.localPorts && b.localPorts && { localPorts: unitePorts([...a.localPorts, ...b.localPorts]) }),
	...(a.remotePorts && b.remotePorts && { remotePorts: unitePorts([...a.remotePorts, ...b.remotePorts]) }),
	...(a.localNets && b.localNets && { localNets: merge(a.localNets, b.localNets) }),
	...(a.remoteNets && b.remoteNets && { remoteNets: merge(a.remoteNets, b.remoteNets) }),
	...(a.netns && b.netns && { netns: merge(a.netns, b.netns) }),
	...(a.side !== undefined && a.side === b.side && { side: a.side }),
});

const merge = <T>(a: readonly T[], b: readonly T[]): readonly T[] => [...new Set([...a, ...b])];
