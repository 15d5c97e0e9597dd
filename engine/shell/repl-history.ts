import { mkdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { REPLServer } from 'node:repl';

/** Queries may hold what is secret, so nobody else reads them. */
const PRIVATE_FOLDER = 0o700;

/** Where the shell keeps its history (XDG Base Directory: state); null when that is not ours to write. */
function historyPath(): string | null {
	const folder = join(process.env.XDG_STATE_HOME || join(homedir(), '.local', 'state'), 'claudeinsight');
	try {
		mkdirSync(folder, { recursive: true, mode: PRIVATE_FOLDER });
		// Under sudo with the user's HOME: a file of root's there could not be used by its owner.
		return statSync(folder).uid === process.getuid?.() ? join(folder, 'history') : null;
	} catch {
		return null;
	}
}

/** Loads the history; node:repl makes its file 0600 and keeps it up. Without a place for it the shell has none. */
export function keepHistory(server: REPLServer): Promise<void> {
	const path = historyPath();
	return path === null ? Promise.resolve() : new Promise((resolve) => server.setupHistory(path, () => resolve()));
}
