import type { ScopeClause } from '../capture/demand.ts';
import type { Value } from '../exchange/field.ts';
import { parseNet } from './expression/address.ts';
import type { Comparison, FieldRef, Ir, Membership, MembershipOption } from './expression/ir.ts';
import { type Clauses, EVERYTHING, intersect, unite } from './scope-clauses.ts';

/** What a set of values of a field means for the socket; null where the kernel cannot tell such values. */
type Restriction = (options: readonly Option[]) => Clauses | null;

/** A value of a list, or a network. */
type Option = { readonly value: Value } | { readonly net: string };

/** A range of ports is written out up to this; the kernel looks each one up in a map. */
const MAX_RANGE = 1024;

const numbers = (options: readonly Option[]): readonly number[] | null => {
	const values = options.flatMap((option) =>
		'value' in option && typeof option.value === 'number' ? [option.value] : [],
	);
	return values.length === options.length ? values : null;
};

const texts = (options: readonly Option[]): readonly string[] | null => {
	const values = options.flatMap((option) =>
		'value' in option && typeof option.value === 'string' ? [option.value] : [],
	);
	return values.length === options.length ? values : null;
};

const nets = (options: readonly Option[]): readonly string[] | null => {
	const found = options.flatMap((option) =>
		'net' in option ? [option.net] : typeof option.value === 'string' ? (parseNet(option.value)?.text ?? []) : [],
	);
	return found.length === options.length ? found : null;
};

const restrict =
	<T>(read: (options: readonly Option[]) => T | null, toClauses: (values: T) => Clauses): Restriction =>
	(options) => {
		const values = read(options);
		return values === null ? null : toClauses(values);
	};

/** A role's port or address is the local one at that role's end, and the remote one at the other. */
const byRole = (role: 'client' | 'server', local: ScopeClause, remote: ScopeClause): Clauses => [
	{ side: role, ...local },
	{ side: role === 'client' ? 'server' : 'client', ...remote },
];

const RESTRICTIONS: ReadonlyMap<string, Restriction> = new Map([
	['pid', restrict(numbers, (pids) => [{ pids }])],
	['comm', restrict(texts, (comms) => [{ comms }])],
	['exe_name', restrict(texts, (comms) => [{ comms }])],
	['local_port', restrict(numbers, (localPorts) => [{ localPorts }])],
	['remote_port', restrict(numbers, (remotePorts) => [{ remotePorts }])],
	['local_ip', restrict(nets, (localNets) => [{ localNets }])],
	['remote_ip', restrict(nets, (remoteNets) => [{ remoteNets }])],
	['client_port', restrict(numbers, (ports) => byRole('client', { localPorts: ports }, { remotePorts: ports }))],
	['server_port', restrict(numbers, (ports) => byRole('server', { localPorts: ports }, { remotePorts: ports }))],
	['client_ip', restrict(nets, (found) => byRole('client', { localNets: found }, { remoteNets: found }))],
	['server_ip', restrict(nets, (found) => byRole('server', { localNets: found }, { remoteNets: found }))],
	[
		'side',
		restrict(texts, (sides) => sides.flatMap((side) => (side === 'client' || side === 'server' ? [{ side }] : []))),
	],
]);

/**
 * The sockets that can carry a record for which the condition is true. An upper bound: what the kernel cannot decide
 * restricts nothing, and the query checks everything again itself.
 */
export const pushDown = (condition: Ir): Clauses => {
	switch (condition.kind) {
		case 'and':
			return intersect(pushDown(condition.left), pushDown(condition.right));
		case 'or':
			return unite(pushDown(condition.left), pushDown(condition.right));
		case 'compare':
			return pushComparison(condition);
		case 'in':
			return pushMembership(condition);
		default:
			return EVERYTHING;
	}
};

const pushComparison = ({ operator, left, right }: Comparison): Clauses => {
	if (operator !== '==') return EVERYTHING;
	if (left.kind === 'field' && right.kind === 'constant') return restrictTo(left, [{ value: right.value }]);
	if (right.kind === 'field' && left.kind === 'constant') return restrictTo(right, [{ value: left.value }]);
	return EVERYTHING;
};

const pushMembership = ({ subject, options }: Membership): Clauses => {
	const listed = options.map(optionsOf);
	if (subject.kind !== 'field' || listed.includes(null)) return EVERYTHING;
	return restrictTo(
		subject,
		listed.flatMap((option) => option ?? []),
	);
};

/** Null where the option is not known before the query runs. */
const optionsOf = (option: MembershipOption): readonly Option[] | null => {
	if (option.kind === 'net') return [{ net: option.net.text }];
	if (option.kind === 'value' && option.value.kind === 'constant') return [{ value: option.value.value }];
	if (option.kind !== 'range' || option.from.kind !== 'constant' || option.to.kind !== 'constant') return null;
	const { value: from } = option.from;
	const { value: to } = option.to;
	if (!Number.isInteger(from) || typeof from !== 'number' || typeof to !== 'number' || to - from >= MAX_RANGE)
		return null;
	return Array.from({ length: Math.max(0, Math.floor(to) - from + 1) }, (_, at) => ({ value: from + at }));
};

const restrictTo = ({ field }: FieldRef, options: readonly Option[]): Clauses =>
	RESTRICTIONS.get(field.name)?.(options) ?? EVERYTHING;
