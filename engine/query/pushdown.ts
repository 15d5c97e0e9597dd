import type { ScopeClause } from '../capture/demand.ts';
import type { Value } from '../exchange/field.ts';
import type { Comparison, ComparisonOperator, FieldRef, Ir, Membership, MembershipOption } from './expression/ir.ts';
import { type Clauses, EVERYTHING, intersect, isEmpty, unite } from './scope-clauses.ts';
import { NAMES, NETS, type Option, PIDS, PORTS, SIDES, type ValueSets } from './value-sets.ts';

/** What values of a field, or with `others` all but these, mean for the socket; null where the kernel cannot tell. */
type Restriction = (options: readonly Option[], others: boolean) => Clauses | null;

const restrict =
	<T>(sets: ValueSets<T>, toClauses: (values: readonly T[]) => Clauses): Restriction =>
	(options, others) => {
		const values = sets.read(options);
		const meant = values !== null && others ? sets.others(values) : values;
		return meant && toClauses(meant).filter((clause) => !isEmpty(clause));
	};

/** A role's port or address is the local one at that role's end, and the remote one at the other. */
const byRole = (role: 'client' | 'server', local: ScopeClause, remote: ScopeClause): Clauses => [
	{ side: role, ...local },
	{ side: role === 'client' ? 'server' : 'client', ...remote },
];

const RESTRICTIONS: ReadonlyMap<string, Restriction> = new Map([
	['pid', restrict(PIDS, (pids) => [{ pids }])],
	['comm', restrict(NAMES, (comms) => [{ comms }])],
	['exe_name', restrict(NAMES, (comms) => [{ comms }])],
	['local_port', restrict(PORTS, (localPorts) => [{ localPorts }])],
	['remote_port', restrict(PORTS, (remotePorts) => [{ remotePorts }])],
	['local_ip', restrict(NETS, (localNets) => [{ localNets }])],
	['remote_ip', restrict(NETS, (remoteNets) => [{ remoteNets }])],
	['client_port', restrict(PORTS, (ports) => byRole('client', { localPorts: ports }, { remotePorts: ports }))],
	['server_port', restrict(PORTS, (ports) => byRole('server', { localPorts: ports }, { remotePorts: ports }))],
	['client_ip', restrict(NETS, (nets) => byRole('client', { localNets: nets }, { remoteNets: nets }))],
	['server_ip', restrict(NETS, (nets) => byRole('server', { localNets: nets }, { remoteNets: nets }))],
	['side', restrict(SIDES, (sides) => sides.map((side) => ({ side })))],
]);

/** Whether the kernel knows a field of a socket or of its process. */
export const isOfSocket = (field: string): boolean => RESTRICTIONS.has(field);

/**
 * The sockets that can carry a record for which the condition is definitely true, or with `negated` definitely false
 * (compile-test.ts). An upper bound: what the kernel cannot decide restricts nothing, and the query checks everything
 * again itself.
 */
export const pushDown = (condition: Ir, negated = false): Clauses => {
	switch (condition.kind) {
		case 'and':
		case 'or': {
			const combine = (condition.kind === 'and') !== negated ? intersect : unite;
			return combine(pushDown(condition.left, negated), pushDown(condition.right, negated));
		}
		case 'not':
			return pushDown(condition.operand, !negated);
		case 'constant':
			return condition.value === !negated ? EVERYTHING : [];
		case 'compare':
			return pushComparison(condition, negated);
		case 'in':
			return pushMembership(condition, negated);
		default:
			return EVERYTHING;
	}
};

const MIRRORED: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
	'==': '==',
	'!=': '!=',
	'<': '>',
	'<=': '>=',
	'>': '<',
	'>=': '<=',
};

const pushComparison = ({ operator, left, right }: Comparison, negated: boolean): Clauses => {
	if (left.kind === 'field' && right.kind === 'constant') return compareWith(left, operator, right.value, negated);
	if (right.kind === 'field' && left.kind === 'constant')
		return compareWith(right, MIRRORED[operator], left.value, negated);
	return EVERYTHING;
};

const compareWith = (field: FieldRef, operator: ComparisonOperator, value: Value, negated: boolean): Clauses => {
	if (value === null) return [];
	if (operator === '==' || operator === '!=') return restrictTo(field, [{ value }], (operator === '!=') !== negated);
	if (typeof value !== 'number') return EVERYTHING;
	// Of numbers below and above one of the two has the value itself.
	const below = { from: Number.NEGATIVE_INFINITY, to: operator === '<' || operator === '>=' ? before(value) : value };
	return restrictTo(field, [below], operator.startsWith('>') !== negated);
};

/** The largest whole number below: that is what ports and process ids are. */
const before = (value: number): number => Math.ceil(value) - 1;

const pushMembership = ({ subject, options }: Membership, negated: boolean): Clauses => {
	const listed = options.map(optionOf);
	if (subject.kind !== 'field' || listed.includes(null)) return EVERYTHING;
	return restrictTo(
		subject,
		listed.filter((option) => option !== null),
		negated,
	);
};

/** Null where the option is not known before the query runs. */
const optionOf = (option: MembershipOption): Option | null => {
	if (option.kind === 'net') return { net: option.net.text };
	if (option.kind === 'value' && option.value.kind === 'constant') return { value: option.value.value };
	if (option.kind !== 'range' || option.from.kind !== 'constant' || option.to.kind !== 'constant') return null;
	return { from: option.from.value, to: option.to.value };
};

const restrictTo = ({ field }: FieldRef, options: readonly Option[], others: boolean): Clauses =>
	RESTRICTIONS.get(field.name)?.(options, others) ?? EVERYTHING;
