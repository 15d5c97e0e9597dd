import type { EventEmitter } from 'node:events';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { REPLServer } from 'node:repl';

/** Queries may hold what is secret, so nobody else reads them. */
const PRIVATE_FOLDER = 0o700;

/** The folder, or the one above it in which it would be made. */
const nearest = (folder: string): string => (existsSync(folder) ? folder : nearest(dirname(folder)));

/** Where the shell keeps its history (XDG Base Directory: state); null when that is not ours to write. */
function historyPath(): string | null {
	const folder = join(process.env.XDG_STATE_HOME || join(homedir(), '.local', 'state'), 'claudeinsight');
	try {
		// Under sudo with the user's HOME: what root makes there could not be used by its owner, nor what lies in it.
		if (process.getuid?.() === 0 && statSync(nearest(folder)).uid !== 0) return null;
		mkdirSync(folder, { recursive: true, mode: PRIVATE_FOLDER });
		return statSync(folder).uid === process.getuid?.() ? join(folder, 'history') : null;
	} catch {
		return null;
	}
}

/** Writing it may fail without a word; nobody waits longer to leave. */
const FLUSH_MS = 500;

/** Resolves when the last lines are written: node:repl writes them some milliseconds after they were typed. */
function flushed(server: REPLServer): Promise<void> {
	const { historyManager } = server as REPLServer & { historyManager?: { isFlushing: boolean } };
	if (!historyManager?.isFlushing) return Promise.resolve();
	return new Promise((resolve) => {
		// Untyped: Node v24, lib/internal/repl/history.js.
		(server as EventEmitter).once('flushHistory', resolve);
		setTimeout(resolve, FLUSH_MS);
	});
}

/**
 * Loads the history, or none where there is no place for it; node:repl makes its file 0600 and keeps it up. Gives what
 * waits for its last lines.
 */
export async function keepHistory(server: REPLServer): Promise<() => Promise<void>> {
	const path = historyPath();
	if (path !== null) await new Promise<void>((resolve) => server.setupHistory(path, () => resolve()));
	return () => flushed(server);
}
