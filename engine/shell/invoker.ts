import type { Owner } from '../output/file-printer.ts';

/** Who called sudo. */
export interface Invoker extends Owner {
	/** Null where the user database does not know the number: a container may. */
	readonly name: string | null;
	readonly home: string | null;
}

const idOf = (text: string | undefined): number | null =>
	text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : null;

/** The user behind sudo; null when root is root, or nobody is. */
export function sudoOwner(): Owner | null {
	const uid = idOf(process.env.SUDO_UID);
	const gid = idOf(process.env.SUDO_GID);
	return process.getuid?.() === 0 && uid !== null && uid !== 0 && gid !== null ? { uid, gid } : null;
}

/** The same with name and home, which take a process to find out. */
export function sudoInvoker(): Invoker | null {
	const owner = sudoOwner();
	if (owner === null) return null;
	// Most runs start no process, and a start-up snapshot cannot hold the module.
	const { execFileSync } = process.getBuiltinModule('node:child_process');
	try {
		const entry = execFileSync('getent', ['passwd', String(owner.uid)], { encoding: 'utf8' })
			.trim()
			.split(':');
		return { ...owner, name: entry[0], home: entry[5] };
	} catch {
		return { ...owner, name: null, home: null };
	}
}
