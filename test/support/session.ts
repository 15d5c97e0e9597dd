import assert from 'node:assert/strict';
import { fileSource } from '../../engine/capture/file-source.ts';
import { Session } from '../../engine/shell/session.ts';
import { compile } from './query.ts';

/** What the example of `use` uses. */
export const MODULE = {
	readModule: (path: string) =>
		path === 'views.ciq' ? { name: path, text: 'op paths by keys = path { stat count() by keys }' } : undefined,
};

export interface Said {
	readonly out: string;
	readonly errors: string;
	readonly status: number;
}

/** Runs the pipelines of a query on what they read, as the program does, with results as JSON. */
export async function session(query: string, from: string | null): Promise<Said> {
	const {
		plans,
		explanations = [],
		diagnostics,
	} = await compile(query, {
		...MODULE,
		from: from === null ? null : fileSource([from], []),
		format: 'json',
		nowGiven: true,
	});
	assert.deepEqual(diagnostics, [], query);
	let out = explanations.join('\n');
	let errors = '';
	const say = (message: string): void => {
		errors += `${message}\n`;
	};
	const printer = {
		terminal: false,
		color: false,
		width: 120,
		height: Number.POSITIVE_INFINITY,
		print: (text: string) => {
			out += text;
		},
		live: () => {},
		status: () => {},
		close: () => {},
	};
	const status = await new Session({
		plans,
		console: { out: printer, colorErrors: false, say, tell: say },
		format: null,
		maxPrintBytes: null,
		record: null,
		strict: false,
		captureMode: 'auto',
		scope: null,
		command: null,
	}).run();
	return { out, errors, status };
}
