import type { Prefix } from './prefix.ts';

/** A port, or all from one to another, both included. */
export type PortRange = number | readonly [from: number, to: number];

/** Ports in their order; neighbours stand together as a range. */
export type Ports = readonly PortRange[];

const BITS = 16;
export const MAX_PORT = 2 ** BITS - 1;

const ends = (range: PortRange): readonly [number, number] => (typeof range === 'number' ? [range, range] : range);

export const hasPort = (ports: Ports, port: number): boolean =>
	ports.some((range) => {
		const [from, to] = ends(range);
		return from <= port && port <= to;
	});

/** All that are in one of the ranges, of which some may overlap, be empty, or lie beyond what is a port. */
export const unitePorts = (ranges: Ports): Ports => {
	const united: [number, number][] = [];
	const known = ranges.map(ends).map(([from, to]) => [Math.max(0, from), Math.min(MAX_PORT, to)] as const);
	for (const [from, to] of known.toSorted((a, b) => a[0] - b[0])) {
		const last = united.at(-1);
		if (from > to) continue;
		if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
		else united.push([from, to]);
	}
	return united.map(([from, to]) => (from === to ? from : [from, to]));
};

export const otherPorts = (ports: Ports): Ports => {
	const united = unitePorts(ports).map(ends);
	const starts = [0, ...united.map(([, to]) => to + 1)];
	return unitePorts(starts.map((start, at) => [start, (united[at]?.[0] ?? MAX_PORT + 1) - 1]));
};

export const commonPorts = (a: Ports, b: Ports): Ports => otherPorts([...otherPorts(a), ...otherPorts(b)]);

/** The same ports as prefixes of their 16 bits, which is how the kernel's trie holds ranges: at most 30 for each. */
export const portPrefixes = (ports: Ports): readonly Prefix[] =>
	ports.map(ends).flatMap(([from, to]) => {
		const prefixes: Prefix[] = [];
		for (let at = from; at <= to; ) {
			let length = 0;
			// The largest block that begins here: aligned, and not beyond the end.
			while (length < BITS && at % 2 ** (length + 1) === 0 && at + 2 ** (length + 1) - 1 <= to) length++;
			prefixes.push({ bytes: Uint8Array.of(at >> 8, at & 255), length: BITS - length });
			at += 2 ** length;
		}
		return prefixes;
	});
