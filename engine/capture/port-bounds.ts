import type { ScopeClause } from './demand.ts';
import type { Ports } from './ports.ts';

/** From one port to another, both included; empty where the first is larger. */
export type Bounds = readonly [from: number, to: number];

/** A socket may be in scope when its port is within the bounds at one of its ends: `struct ciq_port_bounds`. */
export interface PortBounds {
	readonly local: Bounds;
	readonly remote: Bounds;
}

const ALL: Bounds = [0, 0xffff];
const NONE: Bounds = [0xffff, 0];

export const NO_PORTS: PortBounds = { local: NONE, remote: NONE };

const around = (a: Bounds, b: Bounds): Bounds => [Math.min(a[0], b[0]), Math.max(a[1], b[1])];

export const aroundBoth = (a: PortBounds, b: PortBounds): PortBounds => ({
	local: around(a.local, b.local),
	remote: around(a.remote, b.remote),
});

const boundsOf = (ports: Ports): Bounds =>
	ports.map((range): Bounds => (typeof range === 'number' ? [range, range] : range)).reduce(around, NONE);

/** One end of a clause is enough: what it restricts at the other is asked later. */
const boundsOfClause = ({ localPorts, remotePorts }: ScopeClause): PortBounds => {
	if (localPorts !== undefined) return { local: boundsOf(localPorts), remote: NONE };
	if (remotePorts !== undefined) return { local: NONE, remote: boundsOf(remotePorts) };
	return { local: ALL, remote: ALL };
};

export const portBounds = (scope: readonly ScopeClause[]): PortBounds =>
	scope.map(boundsOfClause).reduce(aroundBoth, NO_PORTS);
