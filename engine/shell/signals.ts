import { Exit } from './exit.ts';

const STATUS = { SIGINT: Exit.interrupted, SIGTERM: 143, SIGHUP: Exit.hungUp } as const;

/** Started by nohup(1), or otherwise with SIGHUP ignored, of which only the launcher knows. */
const outlivesTerminal = (): boolean => process.env.CIQ_NOHUP === '1';

/** The first signal asks for an orderly end with its status; the second one ends. Gives what takes the handlers away. */
export function onSignals(interrupt: (status: number) => void): () => void {
	let asked = false;
	const isIgnored = outlivesTerminal();
	const handlers = Object.entries(STATUS).map(([signal, status]) => {
		const handler = (): void => {
			if (isIgnored && signal === 'SIGHUP') return;
			if (asked) process.exit(status);
			asked = true;
			interrupt(status);
		};
		process.on(signal, handler);
		return () => process.off(signal, handler);
	});
	return () => {
		for (const remove of handlers) remove();
	};
}
