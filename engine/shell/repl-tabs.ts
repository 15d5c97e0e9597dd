import type { Key } from 'node:readline';
import type { REPLServer } from 'node:repl';
import type { Editor } from './repl-editor.ts';

const isTabs = (typed: Buffer | string): boolean => /^\t{2,}$/.test(typed.toString());

/**
 * Of several characters that come at once node:repl takes all but the last for pasted, and inserts a Tab. Nobody pastes
 * nothing but Tabs: each completes, as those that come one by one, when the one before it has.
 */
export class Tabs {
	#waiting = 0;
	#isCompleting = false;
	#next: () => void = () => {};

	/** To be called before other keys are looked at. */
	watch(server: REPLServer): void {
		const editor = server as REPLServer & Editor;
		const write = editor._ttyWrite.bind(server);
		let areTabs = false;
		server.input.prependListener('data', (typed: Buffer | string) => {
			areTabs = isTabs(typed);
		});
		const complete = (key: Key): void => {
			editor.isCompletionEnabled = true;
			write('\t', key);
		};
		editor._ttyWrite = (typed, key) => {
			if (!areTabs || key.name !== 'tab') write(typed, key);
			else if (this.#isCompleting) this.#waiting++;
			else complete(key);
		};
		this.#next = () => complete({ name: 'tab', sequence: '\t', ctrl: false, meta: false, shift: false });
	}

	/** A Tab completes: not each does, such as one in a search of the history. */
	begin(): void {
		this.#isCompleting = true;
	}

	/** A completion has been shown. */
	done(): void {
		this.#isCompleting = false;
		if (this.#waiting === 0) return;
		this.#waiting--;
		this.#next();
	}
}
