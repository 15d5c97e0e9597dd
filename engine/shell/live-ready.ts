import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What live capture needs, with what it is made of: the rule of `stale live` in engine/setup/stale.sh, which has the say. */
const PRODUCTS: Readonly<Record<string, readonly string[]>> = {
	'node_modules/.package-lock.json': ['package-lock.json'],
	'dist/addon.node': ['package-lock.json', 'addon', 'bpf'],
	'dist/socket.bpf.o': ['bpf'],
	'dist/syscall.bpf.o': ['bpf'],
};

/** When a file was changed last, or a folder or anything in it. */
function changedAt(path: string): bigint {
	const found = statSync(path, { bigint: true });
	const inside = found.isDirectory() ? readdirSync(path).map((name) => changedAt(join(path, name))) : [];
	return inside.reduce((newest, time) => (time > newest ? time : newest), found.mtimeNs);
}

/**
 * Whether all that live capture needs is there and newer than its sources, so that the launcher need not be asked: that
 * takes a shell and six processes more, a twentieth of the time until a query captures.
 */
export function isReady(root: string): boolean {
	try {
		return Object.entries(PRODUCTS).every(([product, sources]) => {
			const { mtimeNs } = statSync(join(root, product), { bigint: true });
			return sources.every((source) => changedAt(join(root, source)) <= mtimeNs);
		});
	} catch {
		// Something is missing: the launcher says what.
		return false;
	}
}
