import type { KernelCapture } from '../../addon/index.ts';
import type { ScopeClause } from './demand.ts';
import { Control, Scope } from './live-control.ts';
import { findDescendants, isRunning } from './live-proc.ts';
import { compileScope, inheritedFrom, type MapEntry, pidEntry, pidsIn, SCOPE_MAPS } from './live-scope.ts';

/* Scopes on their way into the running programs, which judge by one bank of tables while the other one is filled. */

function writeEntry(capture: KernelCapture, { map, key, clauses }: MapEntry): void {
	capture.setMap(map, key, new Uint8Array(Uint32Array.of(clauses).buffer));
}

function clearBank(capture: KernelCapture, bank: number): void {
	for (const { map, at, bankBytes } of SCOPE_MAPS) {
		capture.clearMap(map, Uint8Array.of(bank, 0, 0, 0).subarray(0, bankBytes), at);
	}
}

/** Its exit may have come before this: then nobody else takes it out, and its number may be given out again. */
function writePid(capture: KernelCapture, bank: number, pid: number, clauses: number): void {
	const entry = pidEntry(bank, pid, clauses);
	writeEntry(capture, entry);
	if (!isRunning(pid)) capture.clearMap(entry.map, entry.key, 0);
}

/** Fills the bank that is not in use, then turns over. `before`: the scope that is in use. */
export function writeScope(
	capture: KernelCapture,
	scope: readonly ScopeClause[],
	before: readonly ScopeClause[],
): void {
	const words = new Int32Array(capture.control);
	const old = Atomics.load(words, Control.bank / 4);
	const bank = 1 - old;
	const image = compileScope(scope, bank);
	clearBank(capture, bank);
	const at = Control.scope + bank * Scope.bytes;
	new Uint8Array(capture.control).set(image.header, at);
	for (const entry of image.entries) writeEntry(capture, entry);
	// Now the fork hook knows the roots in this bank, so that /proc can be read without missing a child.
	const known = new Map(image.pids);
	const add = (pid: number, inherited: number): boolean => {
		const own = known.get(pid) ?? 0;
		if ((inherited & ~own) === 0) return false;
		known.set(pid, own | inherited);
		writePid(capture, bank, pid, own | inherited);
		return true;
	};
	for (const pid of image.roots.keys()) writePid(capture, bank, pid, known.get(pid) ?? 0);
	for (const [pid, inherited] of image.roots.size > 0 ? findDescendants(image.roots) : []) add(pid, inherited);
	// Those whose parents have ended are known by the bank in use alone. Again, for what they have started meanwhile.
	for (let isNew = image.roots.size > 0 && before.length > 0; isNew; ) {
		isNew = false;
		for (const [pid, clauses] of pidsIn(capture.mapEntries('scope_pids'), old))
			if (add(pid, inheritedFrom(before, scope, clauses))) isNew = true;
	}
	Atomics.store(words, Control.bank / 4, bank);
	Atomics.add(words, Control.generation / 4, 1);
	Atomics.add(words, Control.scopes / 4, 1);
	clearBank(capture, old);
}
