import { CaptureError } from '../../addon/capture-error.ts';
import { MAX_CLAUSES, type ScopeClause } from './demand.ts';
import {
	DIMENSIONS,
	type Dimension,
	End,
	IdKey,
	LEADING_BITS,
	NameKey,
	NetKey,
	PortKey,
	Scope,
} from './live-control.ts';
import { type Ports, portPrefixes } from './ports.ts';
import { covers, IPV4, netPrefix, type Prefix } from './prefix.ts';

/** One element of a kernel map. */
export interface MapEntry {
	readonly map: string;
	readonly key: Uint8Array;
	/** A bit for each clause that this value satisfies. */
	readonly clauses: number;
}

/** A scope as one bank of the kernel's tables holds it. */
export interface ScopeImage {
	/** `struct ciq_scope`. */
	readonly header: Uint8Array;
	readonly entries: readonly MapEntry[];
	/** Processes with the clauses that name them, and those of them whose children are to be found in /proc. */
	readonly pids: ReadonlyMap<number, number>;
	readonly roots: ReadonlyMap<number, number>;
}

/** Every map of the scope, and where the bank stands in its key: as bytes that begin a key of that bank. */
export const SCOPE_MAPS: readonly { map: string; at: number; bankBytes: number }[] = [
	{ map: 'scope_pids', at: IdKey.bank, bankBytes: 4 },
	{ map: 'scope_netns', at: IdKey.bank, bankBytes: 4 },
	{ map: 'scope_names', at: NameKey.bank, bankBytes: 4 },
	{ map: 'scope_ports', at: PortKey.bank, bankBytes: 1 },
	{ map: 'scope_nets', at: NetKey.bank, bankBytes: 1 },
];

const ROLES = ['unknown', 'client', 'server'] as const;

function idKey(bank: number, id: number): Uint8Array {
	const key = new DataView(new ArrayBuffer(IdKey.bytes));
	key.setUint32(IdKey.bank, bank, true);
	key.setUint32(IdKey.id, id, true);
	return new Uint8Array(key.buffer);
}

export const pidEntry = (bank: number, pid: number, clauses: number): MapEntry => ({
	map: 'scope_pids',
	key: idKey(bank, pid),
	clauses,
});

/** The processes of a bank with the clauses that they satisfy, of all entries of their map: the other way round. */
export function pidsIn(entries: Uint8Array, bank: number): Map<number, number> {
	const view = new DataView(entries.buffer, entries.byteOffset, entries.byteLength);
	const pids = new Map<number, number>();
	for (let at = 0; at < entries.byteLength; at += IdKey.bytes + 4) {
		if (view.getUint32(at + IdKey.bank, true) !== bank) continue;
		pids.set(view.getUint32(at + IdKey.id, true), view.getUint32(at + IdKey.bytes, true));
	}
	return pids;
}

/**
 * What the clauses that a process satisfies of one scope, by its ancestors, say of another scope: that it satisfies those that
 * name the same ancestors. Where one of these has ended nobody else knows.
 */
export const inheritedFrom = (old: readonly ScopeClause[], scope: readonly ScopeClause[], clauses: number): number =>
	bitsWhere(scope, ({ pids = [], withChildren }) =>
		old.some(
			(one, index) =>
				withChildren === true &&
				one.withChildren === true &&
				(clauses & (1 << index)) !== 0 &&
				one.pids?.every((pid) => pids.includes(pid)) === true,
		),
	);

function nameKey(bank: number, name: string): Uint8Array {
	const key = new Uint8Array(NameKey.bytes);
	key[NameKey.bank] = bank;
	// The kernel's copy of a name is cut and NUL-terminated in the same way.
	key.set(Buffer.from(name).subarray(0, NameKey.nameBytes - 1), NameKey.name);
	return key;
}

/** Of a trie: length, bank, end and what the prefix is of, one behind the other in both kinds of keys. */
function prefixKey(keyBytes: number, bank: number, end: number, { bytes, length }: Prefix): Uint8Array {
	const key = new DataView(new ArrayBuffer(keyBytes));
	key.setUint32(NetKey.prefixBits, LEADING_BITS + length, true);
	key.setUint8(NetKey.bank, bank);
	key.setUint8(NetKey.end, end);
	const all = new Uint8Array(key.buffer);
	all.set(bytes, NetKey.addr);
	return all;
}

function readNet(text: string): Prefix {
	const prefix = netPrefix(text);
	if (prefix === null)
		throw new CaptureError('bad-scope', `"${text}" is not an address or a network such as 10.0.0.0/8`);
	return prefix;
}

/** For each value that a clause names, the bits of all clauses that name it. */
function clausesByValue<V>(scope: readonly ScopeClause[], valuesOf: (clause: ScopeClause) => readonly V[] | undefined) {
	const clauses = new Map<V, number>();
	for (const [index, clause] of scope.entries()) {
		for (const value of valuesOf(clause) ?? []) clauses.set(value, (clauses.get(value) ?? 0) | (1 << index));
	}
	return clauses;
}

function entriesOf<V>(map: string, clauses: ReadonlyMap<V, number>, key: (value: V) => Uint8Array): MapEntry[] {
	return Array.from(clauses, ([value, bits]) => ({ map, key: key(value), clauses: bits }));
}

interface PrefixClauses {
	readonly prefix: Prefix;
	readonly clauses: number;
}

/** A trie answers with the longest prefix alone, so each prefix carries the clauses of those around it. */
function trieEntries(
	map: string,
	keyBytes: number,
	bank: number,
	end: number,
	found: readonly PrefixClauses[],
): MapEntry[] {
	return found.map(({ prefix }) => ({
		map,
		key: prefixKey(keyBytes, bank, end, prefix),
		clauses: found.reduce((bits, other) => (covers(other.prefix, prefix) ? bits | other.clauses : bits), 0),
	}));
}

function portEntries(
	bank: number,
	end: number,
	portsOf: (clause: ScopeClause) => Ports | undefined,
	scope: readonly ScopeClause[],
) {
	const found = scope.flatMap((clause, index) =>
		portPrefixes(portsOf(clause) ?? []).map((prefix) => ({ prefix, clauses: 1 << index })),
	);
	return trieEntries('scope_ports', PortKey.bytes, bank, end, found);
}

function netEntries(
	bank: number,
	end: number,
	netsOf: (clause: ScopeClause) => readonly string[] | undefined,
	scope: readonly ScopeClause[],
) {
	const found = Array.from(clausesByValue(scope, netsOf), ([text, clauses]) => ({ prefix: readNet(text), clauses }));
	// The longest prefix of every IPv4 address is one of IPv4 then.
	if (found.some(({ prefix }) => prefix.length < IPV4.length)) found.push({ prefix: IPV4, clauses: 0 });
	return trieEntries('scope_nets', NetKey.bytes, bank, end, found);
}

const RESTRICTS: { readonly [D in Dimension]: (clause: ScopeClause) => unknown } = {
	pid: (clause) => clause.pids,
	comm: (clause) => clause.comms,
	localPort: (clause) => clause.localPorts,
	remotePort: (clause) => clause.remotePorts,
	localNet: (clause) => clause.localNets,
	remoteNet: (clause) => clause.remoteNets,
	side: (clause) => clause.side,
	netns: (clause) => clause.netns,
};

const bitsWhere = (scope: readonly ScopeClause[], test: (clause: ScopeClause) => boolean) =>
	scope.reduce((bits, clause, index) => (test(clause) ? bits | (1 << index) : bits), 0);

function scopeHeader(scope: readonly ScopeClause[]): Uint8Array {
	const header = new DataView(new ArrayBuffer(Scope.bytes));
	header.setUint32(
		Scope.clauses,
		bitsWhere(scope, () => true),
		true,
	);
	header.setUint32(
		Scope.inherit,
		bitsWhere(scope, (clause) => clause.withChildren === true),
		true,
	);
	for (const [index, dimension] of DIMENSIONS.entries()) {
		const free = bitsWhere(scope, (clause) => RESTRICTS[dimension](clause) === undefined);
		header.setUint32(Scope.free + index * 4, free, true);
	}
	for (const [index, role] of ROLES.entries()) {
		const passing = bitsWhere(scope, (clause) => role === 'unknown' || clause.side === role);
		header.setUint32(Scope.side + index * 4, passing, true);
	}
	return new Uint8Array(header.buffer);
}

/** Translates a scope for one bank of the kernel's tables. Throws a CaptureError for an address that is none. */
export function compileScope(scope: readonly ScopeClause[], bank: number): ScopeImage {
	if (scope.length > MAX_CLAUSES) {
		throw new CaptureError('bad-scope', `a scope has at most ${MAX_CLAUSES} alternatives, not ${scope.length}`);
	}
	const pids = clausesByValue(scope, (clause) => clause.pids);
	return {
		header: scopeHeader(scope),
		pids,
		roots: clausesByValue(scope, (clause) => (clause.withChildren ? clause.pids : undefined)),
		entries: [
			...Array.from(pids, ([pid, clauses]) => pidEntry(bank, pid, clauses)),
			...entriesOf(
				'scope_netns',
				clausesByValue(scope, (c) => c.netns),
				(id) => idKey(bank, id),
			),
			...entriesOf(
				'scope_names',
				clausesByValue(scope, (c) => c.comms),
				(name) => nameKey(bank, name),
			),
			...portEntries(bank, End.local, (clause) => clause.localPorts, scope),
			...portEntries(bank, End.remote, (clause) => clause.remotePorts, scope),
			...netEntries(bank, End.local, (clause) => clause.localNets, scope),
			...netEntries(bank, End.remote, (clause) => clause.remoteNets, scope),
		],
	};
}
