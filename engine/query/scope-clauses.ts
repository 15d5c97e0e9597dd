import type { ScopeClause } from '../capture/demand.ts';
import { netCovers, parseNet } from './expression/address.ts';

/*
 * Sets of sockets as the kernel can tell them apart: clauses, any of which has to hold, each with restrictions, all of
 * which have to. They are upper bounds: where a set has no exact form, a larger one stands for it.
 */
export type Clauses = readonly ScopeClause[];

/** The kernel keeps a bit for each clause in one word. */
const MAX_CLAUSES = 32;

export const EVERYTHING: Clauses = [{}];

/** Sockets that are in one of the two. */
export const unite = (a: Clauses, b: Clauses): Clauses =>
	a === EVERYTHING || b === EVERYTHING || a.length + b.length > MAX_CLAUSES ? EVERYTHING : [...a, ...b];

/**
 * Sockets that are in both; never more than `a` allows, so what was forbidden there stays so. Where the exact set has no
 * form `a` stands for it.
 */
export const intersect = (a: Clauses, b: Clauses): Clauses => {
	if (a.length * b.length > MAX_CLAUSES) return a;
	return a.flatMap((left) => b.flatMap((right) => both(left, right) ?? []));
};

/** Null when nothing can meet both. */
const both = (a: ScopeClause, b: ScopeClause): ScopeClause | null => {
	const clause: Mutable<ScopeClause> = { ...b, ...a };
	// With children the listed pids are not all that is meant, and a name matches in several ways: `a` alone is right.
	if (a.pids && b.pids && !a.withChildren) clause.pids = common(a.pids, b.pids);
	if (a.localPorts && b.localPorts) clause.localPorts = common(a.localPorts, b.localPorts);
	if (a.remotePorts && b.remotePorts) clause.remotePorts = common(a.remotePorts, b.remotePorts);
	if (a.localNets && b.localNets) clause.localNets = commonNets(a.localNets, b.localNets);
	if (a.remoteNets && b.remoteNets) clause.remoteNets = commonNets(a.remoteNets, b.remoteNets);
	if (a.netns && b.netns) clause.netns = common(a.netns, b.netns);
	if (a.side && b.side && a.side !== b.side) return null;
	return isEmpty(clause) ? null : clause;
};

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const common = (a: readonly number[], b: readonly number[]): readonly number[] =>
	a.filter((value) => b.includes(value));

/** Of two networks that overlap one holds the other: the smaller one is what they have in common. */
const commonNets = (a: readonly string[], b: readonly string[]): readonly string[] => {
	const smaller = (x: string, y: string): readonly string[] => {
		const left = parseNet(x);
		const right = parseNet(y);
		if (left === null || right === null) return [];
		if (netCovers(left, right)) return [y];
		return netCovers(right, left) ? [x] : [];
	};
	return [...new Set(a.flatMap((x) => b.flatMap((y) => smaller(x, y))))];
};

/** A list without elements matches nothing. */
const isEmpty = (clause: ScopeClause): boolean =>
	Object.values(clause).some((value) => Array.isArray(value) && value.length === 0);
