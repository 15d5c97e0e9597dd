import type { Stage } from '../../../grammar/ast.ts';
import { nearest } from '../../../grammar/suggest.ts';
import { lookupField } from '../../exchange/catalog.ts';
import type { Definitions } from '../definitions.ts';
import { findOutputFormat } from '../formats.ts';
import { argsOf } from '../operators/items.ts';
import { OPERATORS } from '../operators/registry.ts';
import { OTHER_LANGUAGES } from '../other-languages.ts';
import type { Problems } from '../problems.ts';
import { isProtocolName } from './imply-watch.ts';
import { viewNames } from './names.ts';

/** A condition without `where`, a format without `to`. */
const wordElsewhere = (text: string): string | null => {
	const found = lookupField(text, null);
	if (found?.kind === 'field' && found.field.type === 'bool') return `write \`where ${text}\``;
	return findOutputFormat(text) === undefined || text === 'table' ? null : `write \`to ${text}\``;
};

const FILTERS = 'filters are conditions: `watch http where status >= 500`';

/** Says that a stage is none, and what may have been meant. */
export const refuseUnknownOperator = (stage: Stage, definitions: Definitions, problems: Problems): void => {
	const { text } = stage.name;
	const near = nearest(text, [...OPERATORS.keys(), ...viewNames(), ...definitions.ops.keys()]);
	const known = isProtocolName(text) ? `write \`watch ${text}\`` : OTHER_LANGUAGES.get(text.toLowerCase());
	const first = argsOf(stage)[0]?.value;
	const isCondition = first?.kind === 'binary' && lookupField(text, null) !== null;
	const label = isCondition
		? FILTERS
		: (wordElsewhere(text) ??
			known ??
			(near === null ? '`claudeinsight help` lists them' : `did you mean \`${near}\`?`));
	problems.error('CIQ302', stage.name, `no operator \`${text}\``, { label });
};
