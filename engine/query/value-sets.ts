import { parseAddress, parseNet } from '../address.ts';
import { otherPorts, type PortRange, unitePorts } from '../capture/ports.ts';
import type { Value } from '../exchange/field.ts';
import { netsBetween, otherNets } from './net-sets.ts';
import { MAX_NETS } from './scope-clauses.ts';

/** What a condition compares a field with: a value, a network, or all from one value to another. */
export type Option =
	| { readonly value: Value }
	| { readonly net: string }
	| { readonly from: Value; readonly to: Value };

/** Sets of values of one kind of field, as the kernel's scope holds them. */
export interface ValueSets<T> {
	/** Null where an option is not of this kind, or the set has no such form. */
	readonly read: (options: readonly Option[]) => readonly T[] | null;
	/** All other values that there can be; null where the kernel knows only what it is looking for. */
	readonly others: (values: readonly T[]) => readonly T[] | null;
}

/** The elements that each option stands for; null as soon as one has none. */
const each = <T>(options: readonly Option[], read: (option: Option) => readonly T[] | null): readonly T[] | null => {
	const found = options.map(read);
	return found.includes(null) ? null : found.flatMap((values) => values ?? []);
};

const isNumber = (value: Value): value is number => typeof value === 'number' && !Number.isNaN(value);

/** The whole numbers that an option means. */
const wholeNumbers = (option: Option): readonly [number, number] | null => {
	if ('net' in option) return null;
	const [from, to] = 'value' in option ? [option.value, option.value] : [option.from, option.to];
	return isNumber(from) && isNumber(to) ? [Math.ceil(from), Math.floor(to)] : null;
};

export const PORTS: ValueSets<PortRange> = {
	read: (options) => {
		const ranges = each(options, (option) => {
			const range = wholeNumbers(option);
			return range && [range];
		});
		return ranges && unitePorts(ranges);
	},
	others: otherPorts,
};

/** A range of process ids is written out up to this: the kernel finds each one in a hash map. */
const MAX_PIDS = 1024;

export const PIDS: ValueSets<number> = {
	read: (options) =>
		each(options, (option) => {
			const range = wholeNumbers(option);
			if (range === null) return null;
			const [from, to] = range;
			return to - from < MAX_PIDS
				? Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => from + at).filter((pid) => pid >= 0)
				: null;
		}),
	others: () => null,
};

export const NAMES: ValueSets<string> = {
	read: (options) =>
		each(options, (option) => ('value' in option && typeof option.value === 'string' ? [option.value] : null)),
	others: () => null,
};

const netsOfOption = (option: Option): readonly string[] | null => {
	if ('net' in option) return [option.net];
	if ('value' in option) return typeof option.value === 'string' ? [parseNet(option.value)?.text ?? []].flat() : null;
	const low = typeof option.from === 'string' ? parseAddress(option.from) : null;
	const high = typeof option.to === 'string' ? parseAddress(option.to) : null;
	return low && high && netsBetween(low, high);
};

const few = (nets: readonly string[] | null): readonly string[] | null =>
	nets !== null && nets.length <= MAX_NETS ? nets : null;

export const NETS: ValueSets<string> = {
	read: (options) => few(each(options, netsOfOption)),
	others: (nets) => few(otherNets(nets)),
};

type Side = 'client' | 'server';
const BOTH: readonly Side[] = ['client', 'server'];

export const SIDES: ValueSets<Side> = {
	read: (options) => {
		const names = NAMES.read(options);
		return names && BOTH.filter((side) => names.includes(side));
	},
	others: (sides) => BOTH.filter((side) => !sides.includes(side)),
};
