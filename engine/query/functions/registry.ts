import { CONVERSIONS } from './convert.ts';
import { EXTRACT } from './extract.ts';
import type { ScalarFunction } from './function.ts';
import { LOGIC_FUNCTIONS } from './logic.ts';
import { NETWORK_FUNCTIONS } from './network.ts';
import { NUMBER_FUNCTIONS } from './number.ts';
import { SHOW_FUNCTIONS } from './show.ts';
import { TEXT_FUNCTIONS } from './text.ts';
import { URL_FUNCTIONS } from './url.ts';

/** The functions of values, by name. `has`, `now`, `ago` and `elapsed` are the checker's own: they are no functions of values. */
export const FUNCTIONS: ReadonlyMap<string, ScalarFunction> = new Map(
	[
		...LOGIC_FUNCTIONS,
		...TEXT_FUNCTIONS,
		...NUMBER_FUNCTIONS,
		...CONVERSIONS,
		...NETWORK_FUNCTIONS,
		...URL_FUNCTIONS,
		EXTRACT,
		...SHOW_FUNCTIONS,
	].map((fn) => [fn.name, fn]),
);
