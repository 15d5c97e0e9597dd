import { RING_BYTES } from '../../capture/live.ts';
import type { Machine } from './machine.ts';
import type { Fact } from './report.ts';

/** Bounds that a capture runs into, or that one might suspect. */
export function limitFacts({ read }: Machine): Fact[] {
	const locked = /^Max locked memory\s+(\S+)/m.exec(read('/proc/self/limits') ?? '')?.[1];
	const paranoid = read('/proc/sys/kernel/perf_event_paranoid')?.trim();
	const facts: Fact[] = [
		{
			name: 'ring',
			state: 'note',
			says: `${RING_BYTES >> 20} MiB: what finds no room is counted, and the last line says so`,
		},
	];
	if (locked !== undefined) {
		const says = `${locked === 'unlimited' ? locked : `${locked} bytes`}: not counted for programs since Linux 5.11`;
		facts.push({ name: 'locked memory', state: 'note', says });
	}
	if (paranoid !== undefined) {
		facts.push({ name: 'perf_event_paranoid', state: 'note', says: `${paranoid}: no perf events are used` });
	}
	return facts;
}
