import { Exit } from './exit.ts';

/** 128 and the number of the signal. */
const STATUS = { SIGINT: Exit.interrupted, SIGTERM: 143, SIGHUP: 129 } as const;

/** The first signal asks for an orderly end with its status; the second one ends. Gives what takes the handlers away. */
export function onSignals(interrupt: (status: number) => void): () => void {
	let asked = false;
	const handlers = Object.entries(STATUS).map(([signal, status]) => {
		const handler = (): void => {
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
