import type { ModeDecision } from '../../capture/choose-mode.ts';
import { CAPTURE_MODES, HOOKS } from '../../capture/live-hooks.ts';
import type { Machine } from './machine.ts';
import type { Fact } from './report.ts';

const FILES: readonly (readonly [file: string, purpose: string])[] = [
	['addon.node', 'what loads programs'],
	...CAPTURE_MODES.map((mode) => [HOOKS[mode].object, `programs of mode ${mode}`] as const),
];

const SET_UP = './claudeinsight --setup live; the first live query does it too';

/** What is built in dist/, and with what. */
export function buildFacts({ isBuilt, clangVersion }: Machine): Fact[] {
	const clang = clangVersion();
	const files = FILES.map(([file, purpose]): Fact => {
		if (isBuilt(file)) return { name: file, state: 'ok', says: purpose };
		return { name: file, state: 'limited', says: `${purpose}: not built yet`, mend: SET_UP };
	});
	const isComplete = files.every(({ state }) => state === 'ok');
	if (clang !== null) return [...files, { name: 'clang', state: 'ok', says: clang }];
	const says = isComplete ? 'not found: needed only to build again' : 'not found, and needed to build';
	return [...files, { name: 'clang', state: isComplete ? 'note' : 'limited', says, mend: SET_UP }];
}

/** Whether the kernel takes the programs of the mode that was chosen; nothing where it cannot be asked. */
export function loadFacts({ isBuilt, tryPrograms }: Machine, { mode }: ModeDecision): Fact[] {
	if (mode === null || ![HOOKS[mode].object, 'addon.node'].every(isBuilt)) return [];
	const failure = tryPrograms(mode);
	const name = 'programs';
	return [
		failure === null
			? { name, state: 'ok', says: `loaded for mode ${mode}, attached to nothing, and let go` }
			: { name, state: 'missing', says: failure },
	];
}
