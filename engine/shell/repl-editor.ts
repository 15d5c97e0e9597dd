import type { Key } from 'node:readline';

/** Not public: Node v24, lib/repl.js, lib/internal/readline/interface.js and lib/internal/readline/emitKeypressEvents.js. */
export interface Editor {
	_ttyWrite(typed: string | undefined, key: Key): void;
	isCompletionEnabled: boolean;
}
