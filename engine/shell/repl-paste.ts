import type { Key } from 'node:readline';
import type { REPLServer } from 'node:repl';
import { goesOn } from '../../grammar/parse.ts';
import type { Editor } from './repl-editor.ts';

/** Nobody types so soon behind a line: what comes is of one paste with it. */
const TYPED_MS = 5;
/** A terminal that told of the beginning of a paste tells of its end too, unless the connection was lost between them. */
const PASTED_MS = 1000;

/** xterm, "Bracketed Paste Mode": the terminal tells where a paste begins and ends. */
const TELL_PASTES = '\x1b[?2004h';
const TELL_NO_PASTES = '\x1b[?2004l';

/** An input that could run. */
interface Complete {
	readonly text: string;
	run(): void;
	/** Takes it back to the line editor, as the beginning of a longer one. */
	goOn(): void;
}

/** A line of the commands, which node:repl takes before anything else. */
const isCommand = (line: string): boolean => /^\s*\./.test(line);

/**
 * Lines that are pasted are one text: a complete input waits for what comes with it, for the next line may go on with it.
 * The keys of that line wait too, so that it is shown where it belongs.
 */
export class Paste {
	readonly #server: REPLServer & Editor;
	readonly #write: Editor['_ttyWrite'];
	#waiting: Complete | null = null;
	#keys: { readonly typed: string | undefined; readonly key: Key; readonly completes: boolean }[] = [];
	#isPasting = false;
	#timer: NodeJS.Timeout | undefined;

	constructor(server: REPLServer) {
		this.#server = server as REPLServer & Editor;
		this.#write = this.#server._ttyWrite.bind(server);
		this.#server._ttyWrite = (typed, key) => this.#take(typed, key);
		if (server.terminal && process.env.TERM !== 'dumb') tellPastes(server);
	}

	/** Runs an input as soon as nothing can go on with it. */
	add(input: Complete): void {
		// With standard output elsewhere lines come without keys.
		if (!this.#server.terminal) {
			input.run();
			return;
		}
		this.#waiting = input;
		this.#wait();
	}

	/** Runs what waits: nothing will come. */
	end(): void {
		this.#keys = [];
		this.#settle('');
	}

	#take(typed: string | undefined, key: Key): void {
		if (key.name === 'paste-start') this.#isPasting = true;
		if (key.name === 'paste-end') this.#isPasting = false;
		if (this.#waiting === null) this.#write(typed, key);
		else this.#keep(typed, key);
	}

	#keep(typed: string | undefined, key: Key): void {
		this.#keys.push({ typed, key, completes: this.#server.isCompletionEnabled });
		const isLine = key.name === 'return' || key.name === 'enter';
		// An empty line, or the \n of \r\n, is no end of the paste.
		const isEmpty = isLine && this.#line().trim() === '';
		if (isEmpty) this.#keys = [];
		if (!isEmpty && (isLine || key.ctrl || key.name === 'paste-end')) this.#settle(this.#line());
		else this.#wait();
	}

	/** Without Ctrl-C and its like: they are no text that an input could go on with. */
	#line(): string {
		return this.#keys.map(({ typed, key }) => (key.ctrl ? '' : (typed ?? ''))).join('');
	}

	#wait(): void {
		clearTimeout(this.#timer);
		const input = this.#waiting;
		this.#timer = setTimeout(
			// What came while the program was busy is read first.
			() => setImmediate(() => input === this.#waiting && this.#settle(this.#line())),
			this.#isPasting ? PASTED_MS : TYPED_MS,
		);
	}

	#settle(line: string): void {
		const input = this.#waiting;
		if (input === null) return;
		clearTimeout(this.#timer);
		this.#waiting = null;
		if (line.trim() !== '' && !isCommand(line) && goesOn(input.text, line)) input.goOn();
		else input.run();
		for (const { typed, key, completes } of this.#keys.splice(0)) {
			this.#server.isCompletionEnabled = completes;
			this.#write(typed, key);
		}
	}
}

function tellPastes(server: REPLServer): void {
	const { output } = server;
	output.write(TELL_PASTES);
	// Behind Ctrl-Z; the shell in between has its own mind.
	server.on('SIGCONT', () => output.write(TELL_PASTES));
	process.once('exit', () => output.write(TELL_NO_PASTES));
}
