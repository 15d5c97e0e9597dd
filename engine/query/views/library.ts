import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Op } from '../../../grammar/ast.ts';
import { parse } from '../../../grammar/parse.ts';
import type { SourceText } from '../../../grammar/span.ts';
import { EXTENSION, library } from './names.ts';

export interface View {
	readonly op: Op;
	readonly source: SourceText;
}

/** A view of the standard library, read when it is first asked for; null when there is none of that name. */
export const libraryView = (name: string): View | null => {
	if (!/^\w+$/.test(name) || !existsSync(join(library(), `${name}${EXTENSION}`))) return null;
	const file = `${name}${EXTENSION}`;
	const source: SourceText = { name: `stdlib/${file}`, text: readFileSync(join(library(), file), 'utf8') };
	const { program, diagnostics } = parse(source);
	const op = program.statements.find((statement) => statement.kind === 'op' && statement.name.text === name);
	if (op?.kind !== 'op')
		throw new Error(`${source.name} does not define ${name}: ${diagnostics[0]?.message ?? 'no such op'}`);
	return { op, source };
};
