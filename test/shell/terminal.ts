import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { MAIN } from './program.ts';

/** No wait in a test is longer: then it has failed. */
const LIMIT_MS = 20_000;

/** The program in a real terminal, which script(1) of util-linux makes. */
export class Terminal {
	readonly #child: ChildProcess;
	#screen = '';
	#wake: () => void = () => {};

	constructor(args: string, env: NodeJS.ProcessEnv) {
		const command = `stty rows 30 cols 100; ${process.execPath} ${MAIN} ${args}`;
		this.#child = spawn('script', ['-qefc', command, '/dev/null'], {
			stdio: ['pipe', 'pipe', 'inherit'],
			env: { ...process.env, TERM: 'xterm', NO_COLOR: '1', TZ: 'UTC', ...env },
		});
		this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
			this.#screen += text;
			this.#wake();
		});
	}

	type(text: string): void {
		this.#child.stdin?.write(text);
	}

	/** Waits for the pattern behind what was waited for before, and gives all up to its end. */
	async sees(pattern: RegExp): Promise<string> {
		const deadline = Date.now() + LIMIT_MS;
		for (;;) {
			const match = pattern.exec(this.#screen);
			if (match !== null) {
				const end = match.index + match[0].length;
				const seen = this.#screen.slice(0, end);
				this.#screen = this.#screen.slice(end);
				return seen;
			}
			const left = deadline - Date.now();
			if (left <= 0) throw new Error(`${pattern} did not come; on the screen:\n${this.#screen}`);
			await new Promise<void>((resolve) => {
				this.#wake = resolve;
				setTimeout(resolve, left).unref();
			});
		}
	}

	/** The exit status, when it has ended. */
	async ended(): Promise<number | null> {
		if (this.#child.exitCode !== null) return this.#child.exitCode;
		const [status] = await once(this.#child, 'exit', { signal: AbortSignal.timeout(LIMIT_MS) });
		return status;
	}

	kill(): void {
		this.#child.kill('SIGKILL');
	}
}
